import type { ErrorCode } from './errors'

/** What can happen to a device, apart from being read. */
export const DEVICE_EVENTS = {
  added: 'is polled from now on: it has said who it is',
  removed: 'is no longer polled',
  online: 'answers, for the first time or again',
  offline: 'has stopped answering; one event however long it lasts',
  changed: 'was switched on or off, by whomever',
  pressed: 'is a button that somebody has pressed or turned',
  login_refused: 'does not accept the credentials',
  unsupported: 'speaks no protocol that we know, or refuses to be read',
  identity_mismatch: 'another device answers at its address',
  moved: 'was found at another address, where it is polled now',
  energy_reset: 'its own energy counter began anew; ours goes on',
} as const

/** What people do to buttons. */
export const PRESSES = ['single', 'double', 'rotate'] as const

/** What somebody did to a button. */
export interface Press {
  readonly press: (typeof PRESSES)[number]
  /** With `rotate`: clockwise, or counter-clockwise where negative. */
  readonly rotation_deg?: number
  /** ms since the epoch, UTC. */
  readonly timestamp: number
}

export type DeviceEventName = keyof typeof DEVICE_EVENTS

export interface DeviceEvent {
  event: DeviceEventName
  /** Absent until the host has said which device it is. */
  device_id?: string
  /** The host, until the device has said its name. */
  alias: string
  host: string
  /** ms since the epoch, UTC. */
  timestamp: number
  /** With `changed`. */
  on?: boolean
  /** With `pressed`. */
  press?: Press['press']
  rotation_deg?: number
  /** With `moved`. */
  previous_host?: string
  /** What went wrong, with the events that something going wrong caused. */
  code?: ErrorCode
  message?: string
}
