import type { AlertOutputs } from '../../src/alerting/alert-outputs'
import type { StateChange } from '../../src/alerting/incidents/incident'
import type { Notification } from '../../src/alerting/notifying/notification'
import type { Severity } from '../../src/alerting/rules/rule'
import type { MonitorError } from '../../src/domain/errors'

/** As Pushover has it; ntfy's is 3 higher. */
const PRIORITY: Readonly<Record<Severity, number>> = { info: -1, warning: 0, critical: 1 }

/** In the order of the ports. */
export const OUTPUTS = ['notification', 'change', 'error', 'answer'] as const
export type Output = (typeof OUTPUTS)[number]

type SendOne = (output: Output, message: object) => void

/** Makes messages of what the alerts have to say. */
export class MessageOutputs implements AlertOutputs {
  constructor(private readonly send: SendOne) {}

  /** Title and text lie where mail, Pushover and ntfy nodes look for them. */
  notify(notification: Notification): void {
    const { title, text, severity } = notification
    const priority = PRIORITY[severity]
    this.send('notification', { topic: title, payload: text, title, severity, priority, alert: notification })
  }

  changed(change: StateChange): void {
    this.send('change', { topic: `${change.rule_id}/${change.device_id}`, payload: change })
  }

  failed(error: MonitorError): void {
    const { code, message, retry, details } = error
    this.send('error', { topic: code, payload: message, error: { code, message, retry, details } })
  }
}
