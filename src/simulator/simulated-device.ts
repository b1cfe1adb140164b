import type { RemoteInfo } from 'node:dgram'
import { invalid, MonitorError, toMonitorError } from '../domain/errors'
import type { GivenPorts } from './access'
import type { Behaviour } from './behaviour'
import { DeviceCore, type DeviceCoreOptions } from './device-core'
import { DeviceServers } from './device-servers'
import type { AccessOptions, SpokenTransport } from './models/options'
import type { Hub } from './hub'
import type { Outlet } from './outlet'
import type { RequestLog } from './request-log'

const BOOT_MS = 5000

/** One device on an address of its own. Its simulator starts and stops it. */
export class SimulatedDevice {
  private readonly core: DeviceCore
  private readonly servers: DeviceServers
  private given: GivenPorts = {}
  private listening = false

  /** `asleep`: takes no streams, after each start, before a discovery probe has come. */
  constructor(
    options: DeviceCoreOptions,
    private readonly asleep: boolean,
  ) {
    this.core = new DeviceCore(options, () => this.reboot())
    this.servers = new DeviceServers(this.core)
  }

  /** What it was asked so far. */
  get requests(): RequestLog {
    return this.core.requests
  }

  get host(): string {
    return this.core.host
  }

  /** Of streams; 0 until its simulator has started. */
  get port(): number {
    return this.servers.port
  }

  get speaks(): SpokenTransport {
    return this.core.access.speaks
  }

  get device_id(): string {
    return this.core.model.device_id
  }

  get mac(): string {
    return this.core.model.mac
  }

  get model(): string {
    return this.core.model.model
  }

  get alias(): string {
    return this.core.model.alias
  }

  /** A plug, a switch and a light have one, a recorded dump none. */
  get outlets(): readonly Outlet[] {
    return this.core.model.outlets
  }

  /** @throws MonitorError `CONFIG_INVALID` where it is no hub */
  get hub(): Hub {
    const { model } = this.core
    if (model.protocol === 'smart' && model.hub) return model.hub
    throw invalid('CONFIG_INVALID', 'model', this.model, 'a hub')
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
    this.core.behaviours.replace(behaviours)
  }

  /** From now on this reply to one method; `undefined` ends that. The newer commands have no module: `''`. */
  script(module: string, method: string, reply: unknown): void {
    this.core.overrides.script(module, method, reply)
  }

  /** Drops its connections, is silent for a while, and counts the time that it is on anew. */
  reboot(silent_ms: number = BOOT_MS): void {
    this.core.booting = true
    this.servers.dropConnections()
    this.servers.forgetSessions()
    for (const outlet of this.outlets) outlet.restart()
    this.core.timers.after(silent_ms, () => {
      this.core.booting = false
    })
  }

  /** The counter of energy starts over, as after a loss of power; daily statistics stay. */
  resetCounter(): void {
    for (const { meter } of this.outlets) meter?.resetCounter()
  }

  /** Open sessions over HTTP are no longer known; connections stay. */
  forgetSessions(): void {
    this.servers.forgetSessions()
  }

  /** Its HTTP server ends until a discovery probe wakes it. */
  sleep(): Promise<void> {
    return this.servers.sleep()
  }

  /**
   * Speaks otherwise from now on, or listens to another account; the device and its ids stay the same.
   * @throws MonitorError `CONFIG_INVALID` where no such device speaks so
   */
  async updateFirmware(changes: AccessOptions): Promise<void> {
    this.core.updateAccess(changes)
    if (!this.listening) return
    await this.stop()
    await this.start()
  }

  /**
   * Listens, after `stop()` where it did before.
   * @throws MonitorError `CONFIG_INVALID` where the address is in use
   */
  async start(given: GivenPorts = this.given): Promise<void> {
    if (this.listening) return
    this.listening = true
    this.given = given
    try {
      await this.servers.start(this.host, given, this.asleep)
    } catch (error) {
      await this.stop()
      const reason = toMonitorError(error).message
      throw new MonitorError('CONFIG_INVALID', `host: cannot listen on ${this.host}:${this.port}: ${reason}`, {
        cause: error,
        details: { host: this.host, field: 'host', value: this.host },
      })
    }
  }

  /** Leaves the network: connections are reset, new ones refused, timers ended. May be called twice. */
  async stop(): Promise<void> {
    this.listening = false
    this.core.booting = false
    this.core.timers.cancelAll()
    await this.servers.stop()
  }

  /** Gets another address, as from a DHCP server. */
  async moveTo(host: string): Promise<void> {
    await this.stop()
    this.core.host = host
    await this.start()
  }

  /** A datagram to all devices of the network. */
  hear(bytes: Buffer, from: RemoteInfo, port: number): void {
    this.servers.hear(bytes, from, port)
  }
}
