import type { RemoteInfo } from 'node:dgram'
import type { Clock, Random } from '../domain/clock'
import { MonitorError, toMonitorError } from '../domain/errors'
import { answerRequest } from './answer'
import { type Behaviour, Behaviours } from './behaviour'
import { DatagramServer } from './datagram-server'
import type { DeviceModel, Surroundings } from './device-model'
import { IotAnswers } from './iot-answers'
import type { Outlet } from './outlet'
import { Overrides } from './overrides'
import { RequestLog } from './request-log'
import { StreamServer } from './stream-server'
import { Timers } from './timers'

const BOOT_MS = 5000

export interface SimulatedDeviceOptions {
  readonly host: string
  readonly clock: Clock
  readonly random: Random
  model(surroundings: Surroundings): DeviceModel
}

/** One device on an address of its own. Its simulator starts and stops it. */
export class SimulatedDevice {
  /** What it was asked so far. */
  readonly requests = new RequestLog()
  private readonly behaviours = new Behaviours()
  private readonly clock: Clock
  private readonly timers: Timers
  private readonly definition: DeviceModel
  private readonly overrides: Overrides
  private readonly answer: (text: string) => string | undefined
  private readonly streams: StreamServer
  private readonly datagrams: DatagramServer
  private address: { host: string; port: number }
  private listening = false
  private booting = false

  constructor(options: SimulatedDeviceOptions) {
    const { clock, random, host } = options
    this.clock = clock
    this.address = { host, port: 0 }
    this.timers = new Timers(clock)
    const reboot = (delay_ms: number) => void this.timers.after(delay_ms, () => this.reboot())
    const { timers, behaviours } = this
    const instead = (method: string) => this.overrides.smartReply(method)
    this.definition = options.model({ clock, random, timers, behaviours, instead, reboot })
    this.overrides = new Overrides(behaviours, this.requests, this.definition.protocol)
    this.answer = answerOf(this.definition, behaviours, this.overrides)
    const responder = {
      behaviours: this.behaviours,
      requests: this.requests,
      timers: this.timers,
      take: (over: 'tcp' | 'udp', text: string) => this.take(over, text),
    }
    this.streams = new StreamServer(responder)
    this.datagrams = new DatagramServer(responder)
  }

  get host(): string {
    return this.address.host
  }

  /** 0 until its simulator has started. */
  get port(): number {
    return this.address.port
  }

  get device_id(): string {
    return this.definition.device_id
  }

  get mac(): string {
    return this.definition.mac
  }

  get model(): string {
    return this.definition.model
  }

  get alias(): string {
    return this.definition.alias
  }

  /** A plug, a switch and a light have one, a recorded dump none. */
  get outlets(): readonly Outlet[] {
    return this.definition.outlets
  }

  /** Whether any outlet is on. */
  get on(): boolean {
    return this.outlets.some((outlet) => outlet.on)
  }

  get power_w(): number {
    return this.outlets.reduce((sum, { meter }) => sum + (meter?.power_w ?? 0), 0)
  }

  /** What was really used since the device was made, whatever its counter says. */
  get used_wh(): number {
    return this.outlets.reduce((sum, { meter }) => sum + (meter?.used_wh ?? 0), 0)
  }

  /** As somebody who presses the button; one outlet of a strip is switched by itself: `outlets[2].switch(true)`. */
  switch(on: boolean): void {
    for (const outlet of this.outlets) outlet.switch(on)
  }

  /** Misbehaves so from now on, and no longer as before; without arguments it is well again. */
  behave(...behaviours: Behaviour[]): void {
    this.behaviours.replace(behaviours)
  }

  /** From now on this reply to one method; `undefined` ends that. The newer commands have no module: `''`. */
  script(module: string, method: string, reply: unknown): void {
    this.overrides.script(module, method, reply)
  }

  /** Drops its connections, is silent for a while, and counts the time that it is on anew. */
  reboot(silent_ms: number = BOOT_MS): void {
    this.booting = true
    this.streams.dropConnections()
    for (const outlet of this.outlets) outlet.restart()
    this.timers.after(silent_ms, () => {
      this.booting = false
    })
  }

  /** The counter of energy starts over, as after a loss of power; daily statistics stay. */
  resetCounter(): void {
    for (const { meter } of this.outlets) meter?.resetCounter()
  }

  /**
   * Listens, after `stop()` where it did before.
   * @throws MonitorError `CONFIG_INVALID` where the address is in use
   */
  async start(port: number = this.port): Promise<void> {
    if (this.listening) return
    this.listening = true
    this.address = { host: this.host, port }
    try {
      await this.streams.start(this.host, port)
      await this.datagrams.start(this.host, port)
    } catch (error) {
      await this.stop()
      const reason = toMonitorError(error).message
      throw new MonitorError('CONFIG_INVALID', `host: cannot listen on ${this.host}:${port}: ${reason}`, {
        cause: error,
        details: { host: this.host, field: 'host', value: this.host },
      })
    }
  }

  /** Leaves the network: connections are reset, new ones refused, timers ended. May be called twice. */
  async stop(): Promise<void> {
    this.listening = false
    this.booting = false
    this.timers.cancelAll()
    await Promise.all([this.streams.stop(), this.datagrams.stop()])
  }

  /** Gets another address, as from a DHCP server. */
  async moveTo(host: string): Promise<void> {
    await this.stop()
    this.address = { host, port: this.port }
    await this.start()
  }

  /** A datagram to all devices of the network. */
  hear(bytes: Buffer, from: RemoteInfo): void {
    this.datagrams.receive(bytes, from)
  }

  private take(over: 'tcp' | 'udp', text: string): string | undefined {
    this.requests.began({ timestamp: this.clock.now(), over, text })
    if (this.booting || this.behaviours.has('silence')) return undefined
    return this.answer(text)
  }
}

function answerOf(
  model: DeviceModel,
  behaviours: Behaviours,
  overrides: Overrides,
): (text: string) => string | undefined {
  if (model.protocol === 'smart') return (text) => model.answer(text)
  const answers = new IotAnswers(model, behaviours, overrides)
  return (text) => answerRequest(text, answers)
}
