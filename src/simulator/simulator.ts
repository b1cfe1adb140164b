import { createHash } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock, type Random } from '../domain/clock'
import { invalid } from '../domain/errors'
import { boundSocket } from './datagram-server'
import type { DeviceModel, Identity, Surroundings } from './device-model'
import { LoopbackAddresses } from './loopback-addresses'
import { BULBS, DIMMERS, LIGHT_STRIPS, PLUGS, STRIPS, SWITCHES } from './models/catalogue'
import { DimmerModel } from './models/dimmer'
import { DumpModel } from './models/dump'
import { LightModel } from './models/light'
import type { DeviceOptions, DimmerOptions, LightOptions, PlugOptions, StripOptions } from './models/options'
import { PlugModel } from './models/plug'
import { StripModel } from './models/strip'
import { seededRandom } from './seeded-random'
import { SimulatedDevice } from './simulated-device'

export const KASA_PORT = 9999
/** Reaches every simulated device of this machine, and nothing beyond it. */
export const LOOPBACK_BROADCAST = '127.255.255.255'
const ATTEMPTS_AT_A_FREE_PORT = 10

export interface SimulatorOptions {
  /** One port for all devices. Default: 9999; 0: any that is free. */
  readonly port?: number
  readonly clock?: Clock
  /** Default: the same numbers in every run. */
  readonly random?: Random
}

/**
 * Devices on loopback addresses (all of 127.0.0.0/8 is there on Linux and Windows) that speak the protocol of port 9999
 * over TCP and UDP and hear broadcasts to 127.255.255.255.
 */
export class Simulator {
  private readonly all: SimulatedDevice[] = []
  private readonly addresses = new LoopbackAddresses()
  private readonly options: Required<SimulatorOptions>
  private broadcast: Socket | undefined

  constructor({ port = KASA_PORT, clock = systemClock, random = seededRandom(1) }: SimulatorOptions = {}) {
    this.options = { port, clock, random }
  }

  get devices(): readonly SimulatedDevice[] {
    return this.all
  }

  /** 0 until started, where any free port was asked for. */
  get port(): number {
    return this.broadcast?.address().port ?? this.options.port
  }

  /** Default model: KP115(EU), with a meter. */
  addPlug(options: PlugOptions<keyof typeof PLUGS> = {}): SimulatedDevice {
    const [model, profile] = pick(PLUGS, options.model ?? 'KP115(EU)')
    return this.add(options, (...device) => new PlugModel(model, profile, ...device))
  }

  /** Default model: HS200(US). */
  addSwitch(options: PlugOptions<keyof typeof SWITCHES> = {}): SimulatedDevice {
    const [model, profile] = pick(SWITCHES, options.model ?? 'HS200(US)')
    return this.add(options, (...device) => new PlugModel(model, profile, ...device))
  }

  /** Default model: HS220(US). */
  addDimmer(options: DimmerOptions<keyof typeof DIMMERS> = {}): SimulatedDevice {
    const [model, profile] = pick(DIMMERS, options.model ?? 'HS220(US)')
    return this.add(options, (...device) => new DimmerModel(model, profile, ...device))
  }

  /** Default model: HS300(US), six outlets with meters. */
  addStrip(options: StripOptions<keyof typeof STRIPS> = {}): SimulatedDevice {
    const [model, profile] = pick(STRIPS, options.model ?? 'HS300(US)')
    return this.add(options, (...device) => new StripModel(model, profile, ...device))
  }

  /** Default model: KL130(EU), with colours. */
  addBulb(options: LightOptions<keyof typeof BULBS> = {}): SimulatedDevice {
    const [model, profile] = pick(BULBS, options.model ?? 'KL130(EU)')
    return this.add(options, (...device) => new LightModel(model, profile, ...device))
  }

  /** Default model: KL430(US). */
  addLightStrip(options: LightOptions<keyof typeof LIGHT_STRIPS> = {}): SimulatedDevice {
    const [model, profile] = pick(LIGHT_STRIPS, options.model ?? 'KL430(US)')
    return this.add(options, (...device) => new LightModel(model, profile, ...device))
  }

  /**
   * Serves recorded replies, `module -> method -> reply`. Ids stay as recorded unless given.
   * @throws MonitorError `INPUT_INVALID` where it is no such recording
   */
  addDump(dump: unknown, options: Omit<DeviceOptions, 'on'> = {}): SimulatedDevice {
    return this.add(options, () => new DumpModel(dump, options))
  }

  /**
   * Starts all devices that do not listen yet; may be called again after adding some.
   * @throws MonitorError `CONFIG_INVALID` naming the address that is in use
   */
  async start(): Promise<void> {
    let attempts = this.options.port === 0 && !this.broadcast ? ATTEMPTS_AT_A_FREE_PORT : 1
    for (;;) {
      this.broadcast ??= await this.openBroadcast()
      const started = await Promise.allSettled(this.all.map((device) => device.start(this.port)))
      const failure = started.find((result) => result.status === 'rejected')
      if (!failure) return
      if (--attempts === 0) throw failure.reason
      await this.stop()
    }
  }

  /** Ends every socket and timer. May be called twice; devices keep their state and can start again. */
  async stop(): Promise<void> {
    const broadcast = this.broadcast
    this.broadcast = undefined
    await Promise.all([
      ...this.all.map((device) => device.stop()),
      broadcast && new Promise<void>((resolve) => broadcast.close(resolve)),
    ])
    // Node drops a closed handle at the end of the turn after; whoever counts handles should find none.
    for (let turn = 0; turn < 2; turn++) await setImmediate()
  }

  private openBroadcast(): Promise<Socket> {
    return boundSocket({ host: LOOPBACK_BROADCAST, port: this.options.port, shared: true }, (bytes, from) => {
      for (const device of this.all) device.hear(bytes, from)
    })
  }

  private add<Options extends DeviceOptions>(
    options: Options,
    make: (identity: Identity, options: Options, surroundings: Surroundings) => DeviceModel,
  ): SimulatedDevice {
    const host = options.host === undefined ? this.addresses.next() : this.addresses.take(options.host)
    const identity = identityOf(host, options)
    const { clock, random } = this.options
    const model = (surroundings: Surroundings) => make(identity, options, surroundings)
    const device = new SimulatedDevice({ host, clock, random, model })
    this.all.push(device)
    return device
  }
}

function pick<Profiles extends object, Model extends keyof Profiles>(
  profiles: Profiles,
  model: Model,
): [Model & string, Profiles[Model]] {
  if (typeof model === 'string' && Object.hasOwn(profiles, model)) return [model, profiles[model]]
  throw invalid('CONFIG_INVALID', 'model', model, `one of ${Object.keys(profiles).join(', ')}`)
}

/** The same address gives the same device in every run. */
function identityOf(host: string, { device_id, mac }: DeviceOptions): Identity {
  const octets = host.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0').toUpperCase())
  return {
    device_id: device_id ?? createHash('sha1').update(host).digest('hex').toUpperCase(),
    mac: mac ?? `50:C7:BF:${octets.slice(1).join(':')}`,
  }
}
