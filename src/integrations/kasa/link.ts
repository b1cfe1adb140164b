import type { Random } from '../../domain/clock'
import type { Command } from '../../domain/command'
import type { Device } from '../../domain/device'
import type { DeviceDetails } from '../../domain/device-details'
import type { MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { PollDone } from '../integration'
import type { Dialect } from './dialect'
import type { Logins } from './login'
import type { Network } from './transports/network'
import type { UdpSockets } from './transports/udp-sockets'

export type Done<Value> = (error: MonitorError | undefined, value: Value | undefined) => void

/** One host in one dialect: what a `Connection` does once it is known how the host is spoken to. */
export interface Link {
  readonly dialect: Dialect
  /** Calls back once, later. The device first, its outlets after it. */
  describe(done: Done<readonly Device[]>): void
  poll(device_id: string | undefined, done: PollDone): void
  command(device_id: string | undefined, command: Command): Promise<Reading>
  /** See `Connection.changedDetails`. */
  changedDetails(): readonly DeviceDetails[]
  /** See `Connection.recordedEnergy`. */
  recordedEnergy?(device_id: string | undefined, from: number, to: number): Promise<readonly RecordedEnergy[]>
  /** Ends every exchange with `error`. May be called twice. */
  stop(error: MonitorError): void
}

export interface LinkOptions {
  readonly host: string
  readonly dialect: Dialect
  /** Replies of another device are refused. */
  readonly device_id: string | undefined
  readonly logins: Logins
  /** Nothing that gives the password away may be sent before the device has proved that it knows it. */
  readonly found: boolean
  readonly network: Network
  readonly random: Random
  readonly command_ms: number
  /** Where given, polls over `xor` go as datagrams. */
  readonly datagrams: UdpSockets | undefined
  /** Told of each exchange that failed, before its owner is. */
  readonly onFailure: (error: MonitorError) => void
}
