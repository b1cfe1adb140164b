import type { Random } from '../domain/clock'
import type { ErrorCode, MonitorError } from '../domain/errors'
import type { DeviceEventName } from '../domain/event'
import type { Intake } from './intake'
import { BACK_OFF, backOff } from './retry'
import type { Unit } from './unit'

/** Causes that are worth an event of their own, told once until the device answers again. */
const EVENT_BY_CODE: { readonly [Code in ErrorCode]?: DeviceEventName } = {
  LOGIN_REFUSED: 'login_refused',
  DEVICE_UNSUPPORTED: 'unsupported',
  DEVICE_REFUSED: 'unsupported',
  IDENTITY_MISMATCH: 'identity_mismatch',
}

export interface FailuresOptions {
  readonly random: Random
  readonly failures_until_offline: number
  readonly intake: Intake
  /** A device that is not where it was: called at each failure while nothing or another device answers there. */
  readonly onLost: (unit: Unit) => void
}

/** What a failed poll means: how long to wait, and whether anybody needs to know. */
export class Failures {
  constructor(private readonly options: FailuresOptions) {}

  /** Returns the milliseconds until the unit may be asked again. */
  add(unit: Unit, error: MonitorError, now_ms: number): number {
    const { breaker } = unit.host
    const hopeless = error.retry === 'never'
    unit.failures++
    unit.error = error
    let pause_ms: number = BACK_OFF.maximum_ms
    if (isRefusedByHost(unit, error)) pause_ms = breaker.refused(error, now_ms)
    // A refusal is an answer: the host is alive, and its other units may fare better.
    else if (hopeless) breaker.succeeded()
    else {
      unit.host.proved = false
      pause_ms = breaker.failed(now_ms)
      if (unit.failures > breaker.failures) pause_ms = backOff(unit.failures, this.options.random)
    }
    this.explain(unit, error)
    if (breaker.state === 'open') for (const other of unit.host.units) this.takeOffline(other, error)
    else if (hopeless || unit.failures >= this.options.failures_until_offline) this.takeOffline(unit, error)
    if (error.code === 'IDENTITY_MISMATCH' || (unit.state === 'offline' && !hopeless)) this.options.onLost(unit)
    return pause_ms
  }

  private explain(unit: Unit, error: MonitorError): void {
    const event = EVENT_BY_CODE[error.code]
    if (event === undefined || unit.host.units.some((other) => other.announced === error.code)) return
    unit.announced = error.code
    this.options.intake.announceError(unit, event, error)
  }

  private takeOffline(unit: Unit, error: MonitorError): void {
    if (unit.state === 'offline') return
    unit.state = 'offline'
    this.options.intake.announceError(unit, 'offline', error)
  }
}

/** All units of the host would meet with the same. */
function isRefusedByHost({ device }: Unit, { code }: MonitorError): boolean {
  return code === 'LOGIN_REFUSED' || (code === 'DEVICE_UNSUPPORTED' && device?.parent_id === undefined)
}
