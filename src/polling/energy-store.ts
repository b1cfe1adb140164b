import type { Clock, Timer } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { type EnergyState, LifetimeEnergy } from './lifetime-energy'
import { StateFile } from '../files/state-file'

const FORMAT = 'kasa-monitor-lifetime-energy'
const VERSION = 1
/** A power cut costs at most this much of the totals, and nothing where the device has a counter. */
const SAVE_EVERY_MS = 60_000

export interface EnergyStoreOptions {
  /** Absent: totals live in memory alone. */
  readonly file?: string
  readonly clock: Clock
  /** What went wrong with the file; polling goes on. */
  readonly report: (error: MonitorError) => void
}

/** The lifetime totals of all devices, kept in one file. */
export class EnergyStore {
  private readonly totals = new Map<string, LifetimeEnergy>()
  private readonly file: StateFile
  private timer: Timer | undefined
  private dirty = false
  private stopped = true

  constructor(private readonly options: EnergyStoreOptions) {
    const { file, report } = options
    this.file = new StateFile({ file, content: 'totals', report })
  }

  /** Reads the file. A damaged or foreign one is set aside and reported, never overwritten. */
  async start(): Promise<void> {
    this.stopped = false
    for (const [device_id, state] of (await this.file.read(parse)) ?? []) this.of(device_id).restore(state)
  }

  /** Saves what is unsaved. May be called twice. */
  async stop(): Promise<void> {
    // Totals that have not changed tell when their devices were heard last.
    if (!this.stopped) this.dirty ||= this.totals.size > 0
    this.stopped = true
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    await this.save()
    await this.file.idle()
  }

  /** The total of one device; it is made where there is none. */
  of(device_id: string): LifetimeEnergy {
    let energy = this.totals.get(device_id)
    if (energy === undefined) this.totals.set(device_id, (energy = new LifetimeEnergy()))
    return energy
  }

  /** Says that a total has changed, so that it is saved within a minute. */
  touch(): void {
    if (this.dirty || !this.file.isKept) return
    this.dirty = true
    if (this.stopped) return
    this.timer = this.options.clock.setTimeout(() => {
      this.timer = undefined
      void this.save()
    }, SAVE_EVERY_MS)
  }

  /** Never rejects. */
  private async save(): Promise<void> {
    if (!this.dirty) return
    this.dirty = false
    if (!(await this.file.write(() => this.serialise()))) this.touch()
  }

  private serialise(): string {
    const devices: unknown[] = []
    for (const [device_id, energy] of this.totals) {
      const state = energy.state()
      if (state !== undefined) devices.push({ device_id, ...state })
    }
    return JSON.stringify({ format: FORMAT, version: VERSION, devices })
  }
}

function parse(text: string): [string, EnergyState][] {
  const content = JSON.parse(text) as { format?: unknown; version?: unknown; devices?: unknown }
  if (content?.format !== FORMAT || content.version !== VERSION || !Array.isArray(content.devices)) {
    throw new MonitorError('DATABASE_INVALID', 'not a file of lifetime totals')
  }
  return content.devices.map(parseDevice)
}

function parseDevice(device: unknown): [string, EnergyState] {
  const content = (device ?? {}) as Record<string, unknown>
  const { device_id, total_kwh, source, counter_kwh, timestamp, heard_at, ended_kwh } = content
  const known = source === 'total' || source === 'today' || source === 'power'
  const isWhole = isAmount(total_kwh) && isAmount(timestamp)
  const isSound = isOptional(counter_kwh) && isOptional(heard_at) && isOptional(ended_kwh)
  if (typeof device_id !== 'string' || !known || !isWhole || !isSound) {
    throw new MonitorError('DATABASE_INVALID', 'not a lifetime total')
  }
  const optional = {
    ...(counter_kwh === undefined ? {} : { counter_kwh }),
    ...(heard_at === undefined ? {} : { heard_at }),
    ...(ended_kwh === undefined ? {} : { ended_kwh }),
  }
  return [device_id, { total_kwh, source, timestamp, ...optional }]
}

function isOptional(value: unknown): value is number | undefined {
  return value === undefined || isAmount(value)
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
