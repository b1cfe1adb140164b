import type { MonitorError } from '../domain/errors'
import type { StateChange } from './incidents/incident'
import type { Notification } from './notifying/notification'

/** Who hears of what the alerts have found. None of it may throw. */
export interface AlertOutputs {
  /** A person is to be told. It has left when this returns. */
  notify(notification: Notification): void
  changed(change: StateChange): void
  /** A fault that belongs to no message: a template, or the file of what is kept. */
  failed(error: MonitorError): void
}
