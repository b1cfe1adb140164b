import type { Clock } from '../domain/clock'
import type { Access } from './access'
import type { Behaviours } from './behaviour'
import type { DeviceModel } from './device-model'
import type { RequestLog } from './request-log'
import type { Timers } from './timers'

/** What the servers need of a device. */
export interface Responder {
  readonly host: string
  readonly model: DeviceModel
  readonly access: Access
  readonly behaviours: Behaviours
  readonly requests: RequestLog
  readonly clock: Clock
  readonly timers: Timers
  /** It says nothing at the moment, whatever it is asked. */
  readonly silent: boolean
  /** Takes a request into the log and answers it; `undefined`: the device says nothing. */
  take(over: 'tcp' | 'udp' | 'http', text: string): string | undefined
}
