import type { Device } from '../domain/device'
import type { DeviceDetails } from '../domain/device-details'
import type { ErrorCode } from '../domain/errors'
import type { Reading } from '../domain/reading'
import type { DeviceState, Unit } from './unit'

/** What the fleet knows about a device, or about a host that has not said yet what it is. */
export interface FleetDevice {
  readonly host: string
  readonly alias: string
  readonly state: DeviceState
  /** Absent before the first contact, unless the user gave it. */
  readonly device_id?: string
  readonly device?: Device
  readonly reading?: Reading
  readonly details?: DeviceDetails
  /** What the adaptive rule asks for, before the budget. */
  readonly interval_ms?: number
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

export function fleetDeviceOf(unit: Unit): FleetDevice {
  const { host, alias, state, device, latest, details, interval_ms } = unit
  const error = host.breaker.refusal ?? unit.error
  const device_id = device?.device_id ?? host.device_id
  return {
    host: host.connection.host,
    alias,
    state,
    ...(device_id === undefined ? {} : { device_id }),
    ...(device === undefined ? {} : { device }),
    ...(latest === undefined ? {} : { reading: latest }),
    ...(details === undefined ? {} : { details }),
    ...(interval_ms > 0 ? { interval_ms } : {}),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  }
}
