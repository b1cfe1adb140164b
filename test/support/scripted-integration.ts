import type { Clock } from '../../src/domain/clock'
import type { Device, DeviceFeature } from '../../src/domain/device'
import type { DeviceDetails } from '../../src/domain/device-details'
import { type ErrorCode, MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type {
  Connection,
  DiscoveryRequest,
  Integration,
  PollDone,
  PollOutcome,
  Session,
  Target,
} from '../../src/integrations/integration'

export const REPLY_TIMEOUT_MS = 5000

/** A device that does what a test says. */
export class ScriptedDevice {
  latency_ms = 5
  /** What its next answers fail with; a silent one lets the deadline pass. */
  fails: ErrorCode | 'silent' | undefined
  values: (device_id: string, poll: number) => Partial<Reading> = () => ({ on: true, power_w: 10 })
  /** Outlets that the next answer of the parent says were switched. */
  changed_outlets: string[] = []
  /** Whether the next answer of the parent says that its outlets are others now. */
  description_changed = false
  /** What its next answer, or its next command, tells beside the reading. */
  details: readonly DeviceDetails[] | undefined
  /** How many questions what it is it will not answer. */
  refused_descriptions = 0
  /** Outlets whose readings the answer of the parent holds. */
  described_outlets: string[] = []
  features: readonly DeviceFeature[] = []
  /** What it has recorded of a span; every call is kept. */
  records: (from: number, to: number) => Promise<readonly RecordedEnergy[]> = () => Promise.resolve([])
  readonly recordings: { readonly device_id: string | undefined; readonly from: number; readonly to: number }[] = []
  readonly polls: { readonly device_id: string; readonly at_ms: number }[] = []
  in_flight = 0
  most_in_flight = 0
  mac: string | undefined
  /** Tells its id, as newer devices do, to nobody who only looks for it. */
  isShy = false

  constructor(
    readonly device_id: string,
    public outlets: readonly string[] = [],
  ) {}

  pollsOf(device_id: string): number[] {
    return this.polls.filter((poll) => poll.device_id === device_id).map((poll) => poll.at_ms)
  }
}

/** A network of such devices by address, on the clock of the test. */
export class ScriptedIntegration implements Integration {
  readonly name = 'scripted'
  readonly title = 'Scripted'
  readonly devices = new Map<string, ScriptedDevice>()
  readonly open = new Set<Connection>()
  /** Of every connection that was made. */
  readonly targets: Target[] = []
  discoveries = 0
  /** Answers to discovery that nobody stands behind: address -> device id. */
  readonly forged = new Map<string, string>()
  in_flight = 0
  most_in_flight = 0

  constructor(readonly clock: Clock) {}

  add(host: string, device_id = `id-${host}`, outlets: readonly string[] = []): ScriptedDevice {
    const device = new ScriptedDevice(device_id, outlets)
    this.devices.set(host, device)
    return device
  }

  /** Another address for the same device. */
  move(from: string, to: string): void {
    const device = this.devices.get(from) as ScriptedDevice
    this.devices.delete(from)
    this.devices.set(to, device)
  }

  createSession(): Session {
    return {
      discover: (request) => this.discover(request),
      connect: (target) => this.connect(target),
      stop: () => {
        for (const connection of this.open) connection.stop()
      },
    }
  }

  connect(target: Target): Connection {
    this.targets.push(target)
    const connection = new ScriptedConnection(this, target)
    this.open.add(connection)
    return connection
  }

  private discover(request: DiscoveryRequest): Promise<void> {
    this.discoveries++
    for (const [host, device] of this.devices) {
      if (device.fails !== undefined) continue
      const { device_id, ...announced } = describe(device, host)[0] as Device
      request.onFinding({ supported: true, device: device.isShy ? announced : { ...announced, device_id }, port: 1 })
    }
    for (const [host, device_id] of this.forged) {
      request.onFinding({
        supported: true,
        device: describe(new ScriptedDevice(device_id), host)[0] as Device,
        port: 1,
      })
    }
    return Promise.resolve()
  }
}

class ScriptedConnection implements Connection {
  readonly host: string
  private stopped = false

  constructor(
    private readonly network: ScriptedIntegration,
    private readonly target: Target,
  ) {
    this.host = target.host
  }

  describe(): Promise<readonly Device[]> {
    return new Promise((resolve, reject) => {
      this.exchange((error, device) => {
        if (device === undefined) reject(error as Error)
        else if (device.refused_descriptions > 0) {
          device.refused_descriptions--
          reject(new MonitorError('REPLY_INVALID', 'busy'))
        } else resolve(describe(device, this.host))
      })
    })
  }

  poll(device_id: string | undefined, done: PollDone): void {
    const device = this.network.devices.get(this.host)
    const asked = device_id ?? device?.device_id ?? ''
    device?.polls.push({ device_id: asked, at_ms: this.network.clock.monotonic() })
    this.exchange((error, answering) => {
      if (answering === undefined) done(error, undefined)
      else done(undefined, this.outcome(answering, asked))
    })
  }

  async command(device_id: string | undefined): Promise<Reading> {
    const device = this.network.devices.get(this.host)
    if (device === undefined) throw new MonitorError('CONNECT_TIMEOUT', 'nobody there')
    return reading(device, device_id ?? device.device_id, this.host, this.network.clock)
  }

  changedDetails(): readonly DeviceDetails[] {
    const device = this.network.devices.get(this.host)
    return (device && takeDetails(device)) ?? []
  }

  async recordedEnergy(device_id: string | undefined, from: number, to: number): Promise<readonly RecordedEnergy[]> {
    const device = this.network.devices.get(this.host)
    device?.recordings.push({ device_id, from, to })
    return (await device?.records(from, to)) ?? []
  }

  stop(): void {
    this.stopped = true
    this.network.open.delete(this)
  }

  private outcome(device: ScriptedDevice, asked: string): PollOutcome {
    const isOutlet = device.outlets.includes(asked)
    const polled = reading(device, isOutlet ? asked : device.device_id, this.host, this.network.clock)
    if (isOutlet) return { readings: [polled] }
    const details = takeDetails(device)
    const outlets = device.described_outlets.map((id) => reading(device, id, this.host, this.network.clock))
    const changed_outlets = device.changed_outlets
    device.changed_outlets = []
    const { description_changed } = device
    device.description_changed = false
    return { readings: [polled, ...outlets], changed_outlets, description_changed, ...(details ? { details } : {}) }
  }

  private exchange(done: (error: MonitorError | undefined, device: ScriptedDevice | undefined) => void): void {
    const { network, target } = this
    const device = network.devices.get(this.host)
    network.most_in_flight = Math.max(network.most_in_flight, ++network.in_flight)
    if (device !== undefined) device.most_in_flight = Math.max(device.most_in_flight, ++device.in_flight)
    const isSilent = device === undefined || device.fails === 'silent'
    network.clock.setTimeout(
      () => {
        network.in_flight--
        if (device !== undefined) device.in_flight--
        const other = target.device_id !== undefined && target.device_id !== device?.device_id
        if (this.stopped) done(new MonitorError('CLOSED', 'closed'), undefined)
        else if (isSilent) done(new MonitorError('REPLY_TIMEOUT', 'silent'), undefined)
        else if (device.fails !== undefined) done(new MonitorError(device.fails as ErrorCode, device.fails), undefined)
        else if (other) done(new MonitorError('IDENTITY_MISMATCH', 'another device'), undefined)
        else done(undefined, device)
      },
      isSilent ? REPLY_TIMEOUT_MS : device.latency_ms,
    )
  }
}

function takeDetails(device: ScriptedDevice): readonly DeviceDetails[] | undefined {
  const { details } = device
  device.details = undefined
  return details
}

function describe(device: ScriptedDevice, host: string): Device[] {
  const { mac } = device
  const common = { model: 'S1', host, integration: 'scripted', features: device.features, ...(mac ? { mac } : {}) }
  const own: Device = { ...common, device_id: device.device_id, alias: `plug ${device.device_id}`, kind: 'plug' }
  const outlets = device.outlets.map((device_id): Device => ({
    ...common,
    device_id,
    parent_id: device.device_id,
    alias: `plug ${device_id}`,
    kind: 'outlet',
  }))
  return [own, ...outlets]
}

function reading(device: ScriptedDevice, device_id: string, host: string, clock: Clock): Reading {
  return {
    device_id,
    alias: `plug ${device_id}`,
    model: 'S1',
    host,
    timestamp: clock.now(),
    ...device.values(device_id, device.pollsOf(device_id).length),
    source: 'poll',
    quality: 'good',
  }
}
