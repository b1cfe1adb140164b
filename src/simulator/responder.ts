import type { Behaviours } from './behaviour'
import type { RequestLog } from './request-log'
import type { Timers } from './timers'

/** What the servers need of a device. */
export interface Responder {
  readonly behaviours: Behaviours
  readonly requests: RequestLog
  readonly timers: Timers
  /** Takes a request into the log and answers it; `undefined`: the device says nothing. */
  take(over: 'tcp' | 'udp', text: string): string | undefined
}
