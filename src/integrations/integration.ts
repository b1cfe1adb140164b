import type { Clock, Random } from '../domain/clock'
import type { Command } from '../domain/command'
import type { Device } from '../domain/device'
import type { DeviceDetails } from '../domain/device-details'
import type { ErrorCode, MonitorError } from '../domain/errors'
import type { Press } from '../domain/event'
import type { Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'
import type { Secret } from '../domain/secret'

/** What a device family offers to the hub. Nothing outside its own folder knows the family. */
export interface Integration {
  /** Short and lower case: `kasa`. */
  readonly name: string
  readonly title: string
  /** Opens nothing yet: the session acts when it is asked something. */
  createSession(options: SessionOptions): Session
}

/** Limits of every exchange, each a setting of the fleet, in ms. */
export interface Timeouts {
  readonly connect_ms: number
  readonly reply_ms: number
  readonly command_ms: number
  readonly discovery_ms: number
}

export const DEFAULT_TIMEOUTS: Timeouts = { connect_ms: 3000, reply_ms: 5000, command_ms: 8000, discovery_ms: 5000 }

/** Of the account that the devices belong to: e-mail and password, or what is derived from them. */
export type Credentials =
  | { readonly username: string; readonly password: Secret }
  /** Base64 of the hashes that the newer protocols log in with; see `kasa-monitor hash`. */
  | { readonly hash: Secret }

export interface SessionOptions {
  readonly timeouts: Timeouts
  readonly clock: Clock
  readonly random: Random
  readonly credentials?: Credentials
  /** The one port of hosts that name none, whatever they speak, and of discovery; absent: the family's own. */
  readonly port?: number
  /** Whether polls go over a kept stream or as datagrams; commands always use the stream. */
  readonly poll_over: 'tcp' | 'udp'
}

/** One network's view of a device family. It owns every socket and timer that it opens. */
export interface Session {
  /** Resolves when the window is over or `signal` aborts; never rejects because of what a device sends. */
  discover(request: DiscoveryRequest): Promise<void>
  connect(target: Target): Connection
  /** Ends every exchange with `CLOSED`, closes every socket. May be called twice. */
  stop(): void
}

export interface DiscoveryRequest {
  /** Broadcast or unicast addresses. */
  readonly targets: readonly string[]
  readonly port?: number
  /** How often each target is asked during the window of `timeouts.discovery_ms`. */
  readonly repeats: number
  readonly signal?: AbortSignal
  /** Called once per host: at its first answer that shows a device; where there is none, later. */
  onFinding(finding: Finding): void
}

export type Finding =
  /** `port`: of the target of a connection, where the discovery was given one. */
  | { readonly supported: true; readonly device: FoundDevice; readonly port?: number }
  | { readonly supported: false; readonly host: string; readonly reason: string; readonly code: ErrorCode }

/** What a device tells to everybody. Newer ones name themselves, and their id, only after a login; their MAC at once. */
export interface FoundDevice extends Omit<Device, 'device_id'> {
  readonly device_id?: string
}

export interface Target {
  /** IPv4, IPv6 or a host name. */
  readonly host: string
  readonly port?: number
  /** Where given, replies of another device are refused with `IDENTITY_MISMATCH`. */
  readonly device_id?: string
  /** Instead of the session's. */
  readonly credentials?: Credentials
  /** Not chosen by a person: nothing secret goes there before the device has proved that it knows it. */
  readonly found?: boolean
}

/** Called once, never synchronously from inside `poll`. */
export type PollDone = (error: MonitorError | undefined, outcome: PollOutcome | undefined) => void

export interface PollOutcome {
  /** The polled device first; outlets that the same reply describes completely follow. */
  readonly readings: readonly Reading[]
  /** Outlets that the reply showed to be switched: worth a poll of their own now. */
  readonly changed_outlets?: readonly string[]
  /** What `describe` would tell is not what it told: worth another description. */
  readonly description_changed?: boolean
  /** Of the polled device, where it is a button: those that no outcome has told before, oldest first. */
  readonly presses?: readonly Press[]
  /** Of the polled device and of outlets: those that differ from what was told last, each as a whole. */
  readonly details?: readonly DeviceDetails[]
}

/**
 * One host: a device with its outlets. One request is in flight at a time, parent and outlets sharing it; commands go
 * ahead of polls. Nothing is sent before the first call.
 */
export interface Connection {
  readonly host: string
  /** The device first, its outlets after it. Asks the device. */
  describe(): Promise<readonly Device[]>
  /**
   * Asks for a reading of the host's own device, or of one of its outlets. Callbacks, because a fleet polls thousands a
   * second. Energy is the device's own counters; `energy_kwh` is added by the poller.
   */
  poll(device_id: string | undefined, done: PollDone): void
  /** Resolves with the state that the device confirmed when asked again. */
  command(device_id: string | undefined, command: Command): Promise<Reading>
  /** What has been learned of details since the last outcome, as a command does. Asks nothing. */
  changedDetails?(): readonly DeviceDetails[]
  /**
   * What the device has recorded of hours or days that began in `[from, to)` and are over; whatever it has of them, oldest
   * first. Of devices with the feature `recorded-energy`. Behind polls; it costs several requests.
   */
  recordedEnergy?(device_id: string | undefined, from: number, to: number): Promise<readonly RecordedEnergy[]>
  /** Ends every exchange with `CLOSED`. May be called twice; the connection cannot be used again. */
  stop(): void
}
