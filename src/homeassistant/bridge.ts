import type { AlertCommand } from '../alerting/alert-command'
import type { StateChange } from '../alerting/incidents/incident'
import type { Clock, Random } from '../domain/clock'
import type { Command } from '../domain/command'
import type { Device } from '../domain/device'
import type { DeviceDetails } from '../domain/device-details'
import { MonitorError } from '../domain/errors'
import type { DeviceEvent } from '../domain/event'
import type { Reading } from '../domain/reading'
import type { Broker, BrokerStatus } from '../mqtt/broker'
import { AlertEntities, type Touched } from './alerts/alert-entities'
import { Availability } from './availability'
import { BridgeInfo } from './bridge-info'
import { CommandDesk, type CommandDeskStatus } from './commands/command-desk'
import { Announcer } from './discovery/announcer'
import { Inventory } from './discovery/inventory'
import type { JsonValue } from './entities/component'
import { pressOccasion } from './entities/buttons'
import { type Change, type DeviceEntry, KnownDevices, MOST_DEVICES } from './known-devices'
import type { HomeAssistantOptions } from './options'
import { Pages } from './pages'
import { type RequestName, Requests } from './requests'
import { Costs } from './state/costs'
import { StatePublisher } from './state/state-publisher'
import { Topics } from './topics'

/** A fleet gives up sooner: this is for whatever else takes commands. */
const COMMAND_MS = 30_000

export interface BridgeParts {
  readonly options: HomeAssistantOptions
  readonly broker: Broker
  readonly clock: Clock
  readonly random: Random
  /** Absent: nothing outlives a restart. */
  readonly file?: string
  /**
   * Resolves with what the device has confirmed; with nothing where the command was only handed on.
   * @param fleet_id of the fleet that polls the device, or did so before a restart
   */
  readonly run: (device_id: string, command: Command, fleet_id: string | undefined) => Promise<Reading | undefined>
  readonly alerts: (command: AlertCommand) => void
  readonly report: (error: MonitorError) => void
}

export interface BridgeStatus {
  readonly broker: BrokerStatus
  readonly devices: number
  readonly available: number
  readonly commands: CommandDeskStatus
}

/** Shows devices on a broker as if they were Home Assistant's own. It owns its broker. */
export class HomeAssistantBridge {
  readonly topics: Topics
  private readonly devices = new KnownDevices()
  private readonly inventory: Inventory
  private readonly announcer: Announcer
  private readonly states: StatePublisher
  private readonly availability: Availability
  private readonly alerts: AlertEntities
  private readonly pages: Pages
  private readonly desk: CommandDesk
  private readonly requests: Requests
  private readonly costs: Costs
  private readonly info: BridgeInfo
  private isFull = false
  private stopped: Promise<void> | undefined

  constructor(private readonly parts: BridgeParts) {
    const { options, broker, clock, random, file, report } = parts
    const topics = (this.topics = new Topics(options.base_topic, options.discovery_prefix))
    const inventory = (this.inventory = new Inventory({ file, clock, report }))
    const { unavailable_after_s } = options
    this.announcer = new Announcer({ broker, topics, options, clock, random, inventory, report })
    this.states = new StatePublisher({ broker, topics, options, clock })
    const changed = () => this.info.changed()
    this.availability = new Availability({ broker, topics, clock, unavailable_after_s, changed })
    const homes = { homeOf: (id: string) => this.pages.homeOf(id), all: () => this.pages.all() }
    this.alerts = new AlertEntities({ broker, topics, options, clock, inventory, homes })
    this.desk = new CommandDesk({
      ...{ broker, topics, options, clock, report },
      command_ms: COMMAND_MS,
      run: (device_id, command) => parts.run(device_id, command, inventory.find(device_id)?.fleet_id),
      find: (slug) => this.devices.find(slug),
      press: (device_id, press) => {
        for (const command of this.alerts.commandsOf(device_id, press)) parts.alerts(command)
      },
      // The device may have been removed while it was told something.
      confirmed: (reading) => this.devices.get(reading.device_id) && this.takeReading(reading),
    })
    this.requests = new Requests({ broker, topics, serve: (request, device) => this.serve(request, device) })
    this.costs = new Costs({ tariff: options.tariff, inventory })
    this.info = new BridgeInfo({ broker, topics, clock, random, report, status: () => this.status() })
    const { announcer, alerts, info, devices } = this
    this.pages = new Pages({ announcer, alerts, info, devices, topics, options, clock })
  }

  /** What is to come is taken after it. */
  async start(): Promise<void> {
    const { broker } = this.parts
    await this.inventory.start()
    if (this.stopped !== undefined) return
    for (const [device_id, { alias, model, parent_id, keys, fleet_id }] of this.inventory.records()) {
      if (device_id === undefined) continue
      this.devices.remember(device_id, { alias, model, parent_id, keys: [...keys] })
      this.availability.expect(device_id, fleet_id !== undefined)
    }
    this.sayOnline()
    this.announcer.start()
    this.alerts.start()
    this.desk.start()
    this.requests.start()
    this.availability.start()
    this.info.start()
    this.pages.touch()
    broker.subscribe(this.topics.birth, ({ payload }) => {
      if (payload === 'online') this.announcer.birth()
    })
    // Another bridge with this base topic has gone, or a connection of ours that the broker has missed late.
    broker.subscribe(this.topics.bridge_state, ({ payload, retain }) => {
      if (!retain && payload !== 'online') this.sayOnline()
    })
    await broker.start()
  }

  /** Ends within 5 s. May be called twice. */
  stop(): Promise<void> {
    this.stopped ??= this.end()
    return this.stopped
  }

  takeReading(reading: Reading): void {
    const { device_id, timestamp, source } = reading
    const change = this.devices.takeReading(reading, this.parts.clock.now())
    const entry = this.take(device_id, change)
    if (!entry || change === 'none') return
    this.addCost(entry, reading)
    if (source === 'poll') this.availability.heard(device_id, timestamp)
    this.states.changed(entry)
  }

  takeEvent(event: DeviceEvent): void {
    const { device_id, timestamp } = event
    const entry = device_id === undefined ? undefined : this.devices.get(device_id)
    if (device_id === undefined || !entry) return
    if (this.devices.takeEvent(event) !== 'none') this.states.changed(entry)
    const isPolled = this.inventory.find(device_id)?.fleet_id !== undefined
    if (event.event === 'removed') this.removeDevice(device_id)
    else this.availability.told(device_id, event.event, timestamp, isPolled)
    const occasion = pressOccasion(event, this.topics)
    if (occasion) this.parts.broker.tell(occasion)
  }

  /** @param fleet_id of the fleet that polls it, so that it can be told when it does so no longer */
  takeDevice(device: Device, fleet_id?: string): void {
    const { device_id } = device
    const entry = this.take(device_id, this.devices.takeDevice(device))
    if (entry && fleet_id !== undefined) this.inventory.record(device_id).fleet_id = fleet_id
    if (entry?.reading) this.states.changed(entry)
  }

  takeDetails(details: DeviceDetails): void {
    const entry = this.take(details.device_id, this.devices.takeDetails(details))
    if (entry) this.states.changed(entry)
  }

  /** Of `kasa-alert`. */
  takeChange(change: StateChange): void {
    this.touch(this.alerts.changed(change))
  }

  /** Everything once more, as after a start of Home Assistant. */
  publish(): void {
    this.announcer.birth()
  }

  /**
   * Takes a device, with its outlets, away from everybody who listens.
   * @param name device id or alias
   * @throws MonitorError `DEVICE_UNKNOWN`
   */
  removeDevice(name: string): void {
    const isCalled = ({ alias }: DeviceEntry) => name !== '' && alias === name
    const entry = this.devices.get(name) ?? [...this.devices.all()].find(isCalled)
    if (entry) return this.takeAway(entry, new Set())
    throw new MonitorError('DEVICE_UNKNOWN', `no device is called '${name}'`, { details: { device_id: name } })
  }

  /** Those devices of a fleet that it no longer polls are taken away. */
  keepOnly(fleet_id: string, device_ids: ReadonlySet<string>): void {
    const gone = [...this.inventory.records()].flatMap(([device_id, record]) => {
      return device_id !== undefined && record.fleet_id === fleet_id && !device_ids.has(device_id) ? [device_id] : []
    })
    for (const device_id of gone) if (this.devices.get(device_id)) this.removeDevice(device_id)
  }

  status(): BridgeStatus {
    return {
      broker: this.parts.broker.status(),
      devices: this.devices.size,
      available: this.availability.available,
      commands: this.desk.status(),
    }
  }

  /** Called when the broker's state has changed. Returns how to end it. */
  watch(listener: () => void): () => void {
    return this.parts.broker.watch(listener)
  }

  private async end(): Promise<void> {
    this.desk.stop()
    this.requests.stop()
    this.states.stop()
    this.availability.stop()
    this.info.stop()
    this.alerts.stop()
    this.pages.stop()
    this.announcer.stop()
    await Promise.all([this.inventory.stop(), this.parts.broker.stop()])
  }

  private sayOnline(): void {
    const topic = this.topics.bridge_state
    this.parts.broker.forget(topic)
    this.parts.broker.keep({ topic, payload: 'online', rank: 'bridge', qos: 1 })
  }

  /** @param leaving those that are at it already: nobody keeps a flow from saying that two are outlets of each other */
  private takeAway(entry: DeviceEntry, leaving: Set<DeviceEntry>): void {
    if (leaving.has(entry)) return
    leaving.add(entry)
    for (const outlet of entry.outlets) this.takeAway(outlet, leaving)
    const { device_id } = entry
    const touched = this.alerts.remove(device_id)
    this.announcer.remove(device_id)
    this.states.remove(entry)
    this.availability.remove(device_id)
    this.costs.remove(device_id)
    this.devices.remove(device_id, this.parts.clock.now())
    this.inventory.forget(device_id)
    this.touch(touched)
    if (entry.parent) this.pages.touch(entry.parent.device_id)
    this.info.changed()
  }

  private serve(request: RequestName, device: string): JsonValue | undefined {
    if (request === 'publish') this.publish()
    if (request === 'remove') this.removeDevice(device)
    if (request !== 'devices') return undefined
    return Array.from(this.devices.all(), ({ device_id, alias, model }) => {
      return { device_id, alias, model, available: this.availability.isAvailable(device_id) }
    })
  }

  /** What follows from news of a device, whatever they are. */
  private take(device_id: string, change: Change): DeviceEntry | undefined {
    const entry = this.devices.get(device_id)
    if (!entry) this.refuse(device_id)
    if (entry && change === 'shape') this.reshape(entry)
    return entry
  }

  private addCost(entry: DeviceEntry, reading: Reading): void {
    const isDouble = entry.outlets.some(({ keys }) => keys.has('energy_kwh'))
    entry.energy_cost = this.costs.take(reading, isDouble)
    if (entry.energy_cost !== undefined && entry.learn(['energy_cost'])) this.reshape(entry)
  }

  private reshape(entry: DeviceEntry): void {
    const { device_id, alias, model, parent_id, keys } = entry
    const record = this.inventory.record(device_id)
    record.alias = alias
    record.model = model
    if (record.parent_id !== undefined && record.parent_id !== parent_id) this.pages.touch(record.parent_id)
    record.parent_id = parent_id
    for (const key of keys) record.keys.add(key)
    this.inventory.touch()
    this.pages.touch(device_id)
    // Its outlets may have pages of their own now, or none any more.
    for (const outlet of entry.outlets) this.pages.touch(outlet.device_id)
    this.touch(this.alerts.appeared(device_id))
    this.info.changed()
  }

  private touch(touched: Touched): void {
    for (const device_id of touched) this.pages.touch(device_id)
  }

  /** Once. */
  private refuse(device_id: string): void {
    if (this.isFull || this.devices.size < MOST_DEVICES) return
    this.isFull = true
    const message = `more than ${MOST_DEVICES} devices: ${device_id} and others are not shown`
    this.parts.report(new MonitorError('QUEUE_FULL', message, { details: { device_id } }))
  }
}
