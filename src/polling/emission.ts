import { invalid } from '../domain/errors'
import { isMeasuredKey, MEASURED_KEYS, type MeasuredKey, type Reading } from '../domain/reading'

/** How far a value may stray from the one last emitted, in its own unit or in percent; the wider of the two counts. */
export interface Deadband {
  readonly absolute?: number
  readonly percent?: number
}

export interface EmissionOptions {
  /** Every reading, or only those that differ from the last emitted one. */
  readonly emit: 'always' | 'on-change'
  /** By key, over `DEFAULT_DEADBANDS`. */
  readonly deadbands: { readonly [Key in MeasuredKey]?: Deadband }
  /** With `on-change`: unchanged readings are emitted this often nevertheless. 0: never. */
  readonly at_least_every_ms: number
}

/** What a meter does with nobody touching anything; a key that is not named here has no deadband. */
export const DEFAULT_DEADBANDS: EmissionOptions['deadbands'] = {
  power_w: { absolute: 0.5, percent: 1 },
  voltage_v: { absolute: 2 },
  current_a: { absolute: 0.02, percent: 2 },
  energy_kwh: { absolute: 0.01 },
  energy_today_kwh: { absolute: 0.01 },
  energy_month_kwh: { absolute: 0.01 },
  energy_total_kwh: { absolute: 0.01 },
  temperature_c: { absolute: 0.1 },
  humidity_pct: { absolute: 1 },
  rssi_dbm: { absolute: 6 },
  latency_ms: { absolute: Infinity },
}

export const DEFAULT_EMISSION: EmissionOptions = { emit: 'always', deadbands: {}, at_least_every_ms: 300_000 }

/** Decides which readings are worth passing on. */
export class Emission {
  readonly always: boolean
  private readonly deadbands: ReadonlyMap<MeasuredKey, Deadband>

  /** @throws MonitorError `CONFIG_INVALID` naming the option */
  constructor(private readonly options: EmissionOptions = DEFAULT_EMISSION) {
    this.always = options.emit === 'always'
    const given = new Map(Object.entries(options.deadbands))
    for (const [key, deadband] of given) checkDeadband(key, deadband)
    const defaults = Object.entries(DEFAULT_DEADBANDS)
    this.deadbands = new Map([...defaults, ...given] as [MeasuredKey, Deadband][])
  }

  /** Whether `reading` is emitted, given the last one of its device that was. */
  passes(reading: Reading, emitted: Reading | undefined): boolean {
    if (this.always || emitted === undefined || reading.quality !== emitted.quality) return true
    const { at_least_every_ms } = this.options
    const age_ms = reading.timestamp - emitted.timestamp
    // A negative age: the wall clock was set back, and waiting for it to catch up could take hours.
    if (at_least_every_ms > 0 && (age_ms >= at_least_every_ms || age_ms < 0)) return true
    return MEASURED_KEYS.some((key) => this.differs(key, reading[key], emitted[key]))
  }

  private differs(key: MeasuredKey, value: number | boolean | undefined, last: number | boolean | undefined): boolean {
    if (value === last) return false
    if (typeof value !== 'number' || typeof last !== 'number') return true
    const deadband = this.deadbands.get(key)
    const absolute = deadband?.absolute ?? 0
    const relative = ((deadband?.percent ?? 0) / 100) * Math.abs(last)
    return Math.abs(value - last) > Math.max(absolute, relative)
  }
}

function checkDeadband(key: string, deadband: Deadband): void {
  if (!isMeasuredKey(key)) throw invalid('CONFIG_INVALID', 'deadbands', key, 'a key that a device can measure')
  for (const part of ['absolute', 'percent'] as const) {
    const value = deadband[part]
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      throw invalid('CONFIG_INVALID', `deadbands.${key}.${part}`, value, 'a number from 0')
    }
  }
}
