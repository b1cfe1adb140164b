import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../domain/clock'
import type { DeviceDetails } from '../domain/device-details'
import type { MonitorError } from '../domain/errors'
import type { DeviceEvent, DeviceEventName } from '../domain/event'
import type { Reading } from '../domain/reading'
import type { Emission } from './emission'
import type { EnergyStore } from './energy-store'
import { SHORTEST_GAP_MS } from './gap-filling'
import type { Counters } from './statistics'
import type { Subscribers } from './subscribers'
import type { Unit } from './unit'

/** Power holds this many intervals where energy is integrated: one missed poll is bridged, an outage is not. */
const INTERVALS_BRIDGED = 3
const LARGEST_BATCH = 500

export interface IntakeOptions {
  readonly clock: Clock
  /** From the monotonic clock to ms since the epoch. */
  readonly epoch_ms: number
  readonly emission: Emission
  readonly energies: EnergyStore
  readonly subscribers: Subscribers
  readonly counters: Counters
  /** Asks for a `flush` once batches wait. */
  readonly flushSoon: () => void
  /** A meter answers for the first time after so long: longer than it is left alone. */
  readonly onGap: (unit: Unit, gap_ms: number) => void
}

/** What some events tell beyond those that all do; a timestamp, where it was before now. */
type Extra = Partial<Pick<DeviceEvent, 'on' | 'previous_host' | 'press' | 'rotation_deg' | 'timestamp'>>

/** What a reading goes through on its way out: lifetime energy, state, events, deadband, batch. */
export class Intake {
  private batch: Reading[] = []

  constructor(private readonly options: IntakeOptions) {}

  /** Takes over `reading`: it is completed in place. */
  accept(unit: Unit, reading: Reading, now_ms: number): void {
    const previous = unit.latest
    this.correct(unit, reading)
    this.addEnergy(unit, reading, now_ms)
    unit.latest = reading
    unit.answered_ms = now_ms
    if (unit.failures > 0) {
      unit.failures = 0
      unit.error = undefined
      unit.announced = undefined
    }
    if (unit.state !== 'online') {
      unit.state = 'online'
      this.announce(unit, 'online')
    }
    if (previous?.on !== undefined && reading.on !== undefined && previous.on !== reading.on) {
      this.announce(unit, 'changed', { on: reading.on })
    }
    this.emit(unit, reading)
  }

  /** A connection that begins anew tells again what it told before. */
  learn(unit: Unit, details: DeviceDetails): void {
    if (isDeepStrictEqual(unit.details, details)) return
    unit.details = details
    this.options.subscribers.details(details)
  }

  announce(unit: Unit, event: DeviceEventName, extra: Extra = {}): void {
    this.options.subscribers.event({ ...this.event(unit, event), ...extra })
  }

  /** An event that something going wrong caused. */
  announceError(unit: Unit, event: DeviceEventName, error: MonitorError): void {
    this.options.subscribers.event({ ...this.event(unit, event), code: error.code, message: error.message })
  }

  flush(): void {
    if (this.batch.length === 0) return
    const readings = this.batch
    this.batch = []
    this.options.subscribers.readings(readings)
  }

  /** Whatever the description says: a person has given the device another name, or it has another address. */
  private correct(unit: Unit, { alias, host }: Reading): void {
    const { device } = unit
    if (device === undefined || (device.alias === alias && device.host === host)) return
    unit.device = { ...device, alias, host }
    this.options.subscribers.device(unit.device)
  }

  private event(unit: Unit, event: DeviceEventName): DeviceEvent {
    const device_id = unit.device?.device_id ?? unit.host.device_id
    return {
      event,
      ...(device_id === undefined ? {} : { device_id }),
      alias: unit.alias,
      host: unit.host.connection.host,
      timestamp: this.options.clock.now(),
    }
  }

  private emit(unit: Unit, reading: Reading): void {
    const { emission, subscribers, counters } = this.options
    if (!emission.passes(reading, unit.emitted)) return
    if (!emission.always) unit.emitted = reading
    counters.readings_emitted++
    subscribers.reading(reading)
    if (!subscribers.batches) return
    if (this.batch.push(reading) === 1) this.options.flushSoon()
    else if (this.batch.length >= LARGEST_BATCH) this.flush()
  }

  private addEnergy(unit: Unit, reading: Reading, now_ms: number): void {
    const total_kwh = unit.outlets.length > 0 ? sumOf(unit.outlets) : this.count(unit, reading, now_ms)
    // Rounded to the milliwatt-hour: what lies beyond comes from adding fractions. Rounding keeps the order.
    if (total_kwh !== undefined) reading.energy_kwh = Math.round(total_kwh * 1e6) / 1e6
  }

  private count(unit: Unit, reading: Reading, now_ms: number): number | undefined {
    const { energy } = unit
    if (energy === undefined) return undefined
    const before_kwh = energy.total_kwh
    const at_ms = this.options.epoch_ms + now_ms
    const bridged_ms = unit.stretched_ms * INTERVALS_BRIDGED
    const gap_ms = at_ms - (energy.heard_at ?? at_ms)
    const verdict = energy.observe(reading, at_ms, bridged_ms)
    if (gap_ms > Math.max(SHORTEST_GAP_MS, bridged_ms)) this.options.onGap(unit, gap_ms)
    if (verdict === 'suspect') reading.quality = 'suspect'
    if (verdict === 'reset') this.announce(unit, 'energy_reset')
    if (energy.total_kwh !== before_kwh) this.options.energies.touch()
    return energy.total_kwh
  }
}

/** What a strip has used: unknown while one of its outlets is. */
function sumOf(outlets: readonly Unit[]): number | undefined {
  let sum_kwh = 0
  for (const { energy } of outlets) {
    if (energy?.total_kwh === undefined) return undefined
    sum_kwh += energy.total_kwh
  }
  return sum_kwh
}
