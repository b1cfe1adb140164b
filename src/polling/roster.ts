import type { Random } from '../domain/clock'
import type { Device } from '../domain/device'
import { MonitorError } from '../domain/errors'
import type { Connection, PollOutcome } from '../integrations/integration'
import { CircuitBreaker } from './circuit-breaker'
import type { EnergyStore } from './energy-store'
import { Host, type IntervalRule, Unit } from './unit'

export interface RosterOptions {
  readonly random: Random
  readonly failures_until_offline: number
  readonly energies: EnergyStore
  readonly newInterval: () => IntervalRule
  /** Slots of the schedule that are taken by others. */
  readonly first_slot: number
  /** A poll or a first contact of `unit` is over. */
  readonly onAnswer: (unit: Unit, error: MonitorError | undefined, outcome: PollOutcome | undefined) => void
}

/** Who is polled: hosts, their units, and the slot of each. */
export class Roster {
  readonly hosts = new Set<Host>()
  /** By device id. */
  readonly devices = new Map<string, Unit>()
  private readonly slots: (Unit | undefined)[] = []
  private readonly free: number[] = []

  constructor(private readonly options: RosterOptions) {
    this.slots.length = options.first_slot
  }

  at(slot: number): Unit | undefined {
    return this.slots[slot]
  }

  /** A host with one unit, which stands for whatever it turns out to be. */
  add(connection: Connection, device_id?: string, mac?: string): Host {
    const { failures_until_offline, random } = this.options
    const host = new Host(connection, new CircuitBreaker(failures_until_offline, random), device_id, mac)
    this.hosts.add(host)
    // A literal has room for one unit; an array that grew would have room for 17.
    host.units = [this.newUnit(host)]
    return host
  }

  /**
   * Fills in what the first contact has shown: the device, and a unit for each outlet.
   * @throws MonitorError where that is no device, another than expected, or one that is polled already
   */
  adopt(host: Host, devices: readonly Device[]): void {
    const [device] = devices
    if (device === undefined) throw failure('DEVICE_UNSUPPORTED', host, 'describes no device')
    const isKnown = host.device_id !== undefined || (host.mac !== undefined && device.mac !== undefined)
    if (isKnown && !host.expects(device)) {
      throw failure('IDENTITY_MISMATCH', host, `is ${device.device_id}, not ${host.device_id ?? host.mac}`)
    }
    for (const { device_id } of devices) {
      const other = this.devices.get(device_id)?.host.connection.host
      if (other !== undefined) throw failure('CONFIG_INVALID', host, `has ${device_id}, which is polled at ${other}`)
    }
    host.device_id = device.device_id
    host.mac = device.mac ?? host.mac
    const own = host.units[0] as Unit
    this.fill(own, device)
    if (devices.length > 1) own.outlets = devices.slice(1).map((outlet) => this.fill(this.addOutlet(host), outlet))
  }

  /** Takes in a later description of a host: what it is now, and the outlets that it has. One that is polled elsewhere stays there. */
  update(host: Host, [device, ...outlets]: readonly Device[]): { added: readonly Unit[]; removed: readonly Unit[] } {
    const own = host.units[0] as Unit
    if (device === undefined || device.device_id !== own.device?.device_id) return { added: [], removed: [] }
    own.device = device
    const ids = new Set(outlets.map(({ device_id }) => device_id))
    const removed = own.outlets.filter((unit) => !ids.has(unit.device?.device_id ?? ''))
    for (const unit of removed) this.drop(unit)
    host.units = host.units.filter((unit) => !unit.removed)
    const added: Unit[] = []
    for (const outlet of outlets) {
      const known = this.devices.get(outlet.device_id)
      if (known === undefined) added.push(this.fill(this.addOutlet(host), outlet))
      else if (known.host === host) known.device = outlet
    }
    own.outlets = host.units.slice(1)
    return { added, removed }
  }

  /** Answers of the connection that the host had before are ignored from now on. */
  rebind(host: Host, connection: Connection): void {
    host.connection = connection
    for (const unit of host.units) this.bind(unit)
  }

  remove(host: Host): void {
    this.hosts.delete(host)
    for (const unit of host.units) this.drop(unit)
  }

  private drop(unit: Unit): void {
    unit.removed = true
    if (unit.device !== undefined) this.devices.delete(unit.device.device_id)
    this.slots[unit.slot] = undefined
    this.free.push(unit.slot)
  }

  private addOutlet(host: Host): Unit {
    const unit = this.newUnit(host)
    host.units.push(unit)
    return unit
  }

  private newUnit(host: Host): Unit {
    const unit = new Unit(this.free.pop() ?? this.slots.length, host)
    this.slots[unit.slot] = unit
    this.bind(unit)
    return unit
  }

  private bind(unit: Unit): void {
    const done: Unit['done'] = (error, outcome) => {
      if (unit.done === done && !unit.removed) this.options.onAnswer(unit, error, outcome)
    }
    unit.done = done
    unit.retried = false
  }

  private fill(unit: Unit, device: Device): Unit {
    unit.device = device
    unit.interval = this.options.newInterval()
    unit.energy = this.options.energies.of(device.device_id)
    this.devices.set(device.device_id, unit)
    return unit
  }
}

function failure(code: 'DEVICE_UNSUPPORTED' | 'IDENTITY_MISMATCH' | 'CONFIG_INVALID', host: Host, text: string) {
  const address = host.connection.host
  return new MonitorError(code, `${address} ${text}`, { details: { host: address } })
}
