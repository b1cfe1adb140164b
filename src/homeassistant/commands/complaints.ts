import { MonitorError, type ErrorCode } from '../../domain/errors'
import type { KnownDevice } from '../known-device'

/** Beyond it, everything may be said once more. */
const MOST_DEVICES = 1000

/** Reports commands that fail: for each device each kind of failure once, until one succeeds there. */
export class Complaints {
  private readonly told = new Map<string | undefined, Set<ErrorCode>>()

  constructor(private readonly report: (error: MonitorError) => void) {}

  about(known: KnownDevice | undefined, error: MonitorError): void {
    const { code, message, details } = error
    if (code === 'CLOSED' || this.codesOf(known?.device_id).has(code)) return
    this.codesOf(known?.device_id).add(code)
    const to = known ? ` to ${known.alias.trim() || known.device_id}` : ''
    this.report(new MonitorError(code, `command${to} by MQTT: ${message}`, { cause: error, details }))
  }

  end(known: KnownDevice | undefined): void {
    this.told.delete(known?.device_id)
  }

  private codesOf(device_id: string | undefined): Set<ErrorCode> {
    const known = this.told.get(device_id)
    if (known) return known
    if (this.told.size >= MOST_DEVICES) this.told.clear()
    const codes = new Set<ErrorCode>()
    this.told.set(device_id, codes)
    return codes
  }
}
