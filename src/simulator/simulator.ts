import { createHash } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock, type Random } from '../domain/clock'
import { PORTS } from '../integrations/kasa/dialect'
import { boundSocket } from './datagram-server'
import type { Identity, Surroundings } from './device-model'
import { LoopbackAddresses } from './loopback-addresses'
import {
  BULB_MAKERS,
  DIMMER_MAKERS,
  HUB_MAKERS,
  LIGHT_STRIP_MAKERS,
  PLUG_MAKERS,
  STRIP_MAKERS,
  SWITCH_MAKERS,
  type Maker,
} from './models/makers'
import type { DeviceOptions, DimmerOptions, LightOptions, PlugOptions, StripOptions } from './models/options'
import { pickModel } from './models/pick'
import { recordedModel } from './models/recorded'
import type { HubOptions } from './models/smart-hub'
import { seededRandom } from './seeded-random'
import { SimulatedDevice } from './simulated-device'

export const KASA_PORT = PORTS.xor
const WELL_KNOWN_PORTS = [PORTS.xor, ...PORTS.discovery]
/** Reaches every simulated device of this machine, and nothing beyond it. */
export const LOOPBACK_BROADCAST = '127.255.255.255'
const ATTEMPTS_AT_A_FREE_PORT = 10

export interface SimulatorOptions {
  /** One port for all devices and all that they speak; 0: any that is free. Default: the well-known ones. */
  readonly port?: number
  /** For HTTP, where `port` is not given: the well-known 80 is not everybody's to open. Discovery tells it. */
  readonly http_port?: number
  readonly clock?: Clock
  /** Default: the same numbers in every run. */
  readonly random?: Random
}

/**
 * Devices on loopback addresses (all of 127.0.0.0/8 is there on Linux and Windows) that speak what real ones speak and hear
 * broadcasts to 127.255.255.255.
 */
export class Simulator {
  private readonly all: SimulatedDevice[] = []
  private readonly addresses = new LoopbackAddresses()
  private readonly onePort: number | undefined
  private readonly httpPort: number | undefined
  private readonly clock: Clock
  private readonly random: Random
  private readonly broadcasts: Socket[] = []

  constructor({ port, http_port, clock = systemClock, random = seededRandom(1) }: SimulatorOptions = {}) {
    this.onePort = port
    this.httpPort = http_port
    this.clock = clock
    this.random = random
  }

  get devices(): readonly SimulatedDevice[] {
    return this.all
  }

  /** The one for all, 0 until started where any free port was asked for; else that of the older protocol. */
  get port(): number {
    return this.broadcasts[0]?.address().port ?? this.onePort ?? PORTS.xor
  }

  /** Default model: KP115(EU), with a meter. */
  addPlug(options: PlugOptions<keyof typeof PLUG_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(PLUG_MAKERS, options.model ?? 'KP115(EU)'))
  }

  /** Default model: HS200(US). */
  addSwitch(options: PlugOptions<keyof typeof SWITCH_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(SWITCH_MAKERS, options.model ?? 'HS200(US)'))
  }

  /** Default model: HS220(US). */
  addDimmer(options: DimmerOptions<keyof typeof DIMMER_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(DIMMER_MAKERS, options.model ?? 'HS220(US)'))
  }

  /** Default model: HS300(US), six outlets with meters. */
  addStrip(options: StripOptions<keyof typeof STRIP_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(STRIP_MAKERS, options.model ?? 'HS300(US)'))
  }

  /** Default model: KL130(EU), with colours. */
  addBulb(options: LightOptions<keyof typeof BULB_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(BULB_MAKERS, options.model ?? 'KL130(EU)'))
  }

  /** Default model: KL430(US). */
  addLightStrip(options: LightOptions<keyof typeof LIGHT_STRIP_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(LIGHT_STRIP_MAKERS, options.model ?? 'KL430(US)'))
  }

  /** Default model: H100(EU). Whoever simulates acts on what it hears: `device.hub.sensor('Bath').set(...)`. */
  addHub(options: HubOptions<keyof typeof HUB_MAKERS> = {}): SimulatedDevice {
    return this.add(options, pickModel(HUB_MAKERS, options.model ?? 'H100(EU)'))
  }

  /**
   * Serves recorded replies, `module -> method -> reply` or, of newer devices, `method -> reply`; those of a sensor behind
   * an H100 that has these options. Ids stay as recorded unless given; those of outlets and sensors, which recordings have
   * blanked, are made from the device's.
   * @throws MonitorError `INPUT_INVALID` where it is no such recording
   */
  addDump(dump: unknown, options: Omit<DeviceOptions, 'on'> = {}): SimulatedDevice {
    return this.add(options, (identity, _options, surroundings) => {
      return recordedModel(dump, { ...options, identity }, surroundings)
    })
  }

  /**
   * Starts all devices that do not listen yet; may be called again after adding some.
   * @throws MonitorError `CONFIG_INVALID` naming the address that is in use
   */
  async start(): Promise<void> {
    let attempts = this.onePort === 0 && this.broadcasts.length === 0 ? ATTEMPTS_AT_A_FREE_PORT : 1
    for (;;) {
      await this.openBroadcasts()
      const ports = { port: this.onePort === undefined ? undefined : this.port, http_port: this.httpPort }
      const started = await Promise.allSettled(this.all.map((device) => device.start(ports)))
      const failure = started.find((result) => result.status === 'rejected')
      if (!failure) return
      if (--attempts === 0) throw failure.reason
      await this.stop()
    }
  }

  /** Ends every socket and timer. May be called twice; devices keep their state and can start again. */
  async stop(): Promise<void> {
    const broadcasts = this.broadcasts.splice(0)
    await Promise.all([
      ...this.all.map((device) => device.stop()),
      ...broadcasts.map((socket) => new Promise<void>((resolve) => socket.close(resolve))),
    ])
    // Node drops a closed handle at the end of the turn after; whoever counts handles should find none.
    for (let turn = 0; turn < 2; turn++) await setImmediate()
  }

  private async openBroadcasts(): Promise<void> {
    if (this.broadcasts.length > 0) return
    for (const port of this.onePort === undefined ? WELL_KNOWN_PORTS : [this.onePort]) {
      const socket = await boundSocket({ host: LOOPBACK_BROADCAST, port, shared: true }, (bytes, from) => {
        for (const device of this.all) device.hear(bytes, from, socket.address().port)
      })
      this.broadcasts.push(socket)
    }
  }

  private add<Options extends DeviceOptions>(options: Options, make: Maker<Options>): SimulatedDevice {
    const host = options.host === undefined ? this.addresses.next() : this.addresses.take(options.host)
    const identity = identityOf(host, options)
    const { clock, random } = this
    const model = (surroundings: Surroundings) => make(identity, options, surroundings)
    const device = new SimulatedDevice({ host, clock, random, access: options, model }, options.asleep ?? false)
    this.all.push(device)
    return device
  }
}

/** The same address gives the same device in every run. */
function identityOf(host: string, { device_id, mac }: DeviceOptions): Identity {
  const octets = host.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0').toUpperCase())
  return {
    device_id: device_id ?? createHash('sha1').update(host).digest('hex').toUpperCase(),
    mac: mac ?? `50:C7:BF:${octets.slice(1).join(':')}`,
  }
}
