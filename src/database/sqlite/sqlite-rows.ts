import { isPhysical, type Reading } from '../../domain/reading'
import { COLUMNS, toStored } from './sqlite-columns'

/** How a device describes itself, kept once for all its readings. */
export interface DeviceDescription {
  readonly device_id: string
  readonly parent_id: string | null
  readonly alias: string
  readonly model: string
  readonly host: string
}

/**
 * Readings on their way to the worker, as numbers alone: cheap to hand over, of known size, and nothing in them can
 * surprise the native binding, which ends the process when it is given a boolean.
 */
export interface EncodedReadings {
  readonly devices: readonly DeviceDescription[]
  /** `ROW_WIDTH` numbers a reading: index in `devices`, timestamp, suspect, then `COLUMNS`; NaN for absent. */
  readonly rows: Float64Array
}

export const ROW_WIDTH = 3 + COLUMNS.length

const DESCRIPTION_BYTES = 200

export function encodeReadings(readings: readonly Reading[]): EncodedReadings {
  const devices: DeviceDescription[] = []
  const indexes = new Map<string, number>()
  const rows = new Float64Array(readings.length * ROW_WIDTH)
  readings.forEach((reading, position) => {
    encodeReading(reading, describe(reading, devices, indexes), rows, position * ROW_WIDTH)
  })
  return { devices, rows }
}

export function countOf(encoded: EncodedReadings): number {
  return encoded.rows.length / ROW_WIDTH
}

/** Memory that waiting readings take, near enough for a limit. */
export function bytesOf(encoded: EncodedReadings): number {
  let bytes = encoded.rows.byteLength
  for (const { device_id, parent_id, alias, model, host } of encoded.devices) {
    const length = device_id.length + (parent_id?.length ?? 0) + alias.length + model.length + host.length
    bytes += DESCRIPTION_BYTES + 2 * length
  }
  return bytes
}

/** A call may hold two descriptions of one device: the later one is told last. */
function describe(reading: Reading, devices: DeviceDescription[], indexes: Map<string, number>): number {
  const { device_id, parent_id = null, alias, model, host } = reading
  const known = indexes.get(device_id)
  const last = known === undefined ? undefined : devices[known]
  if (known !== undefined && last && isSame(last, { device_id, parent_id, alias, model, host })) return known
  indexes.set(device_id, devices.length)
  return devices.push({ device_id, parent_id, alias, model, host }) - 1
}

export function isSame(a: DeviceDescription, b: DeviceDescription): boolean {
  return a.parent_id === b.parent_id && a.alias === b.alias && a.model === b.model && a.host === b.host
}

function encodeReading(reading: Reading, device: number, rows: Float64Array, offset: number): void {
  rows[offset] = device
  rows[offset + 1] = Math.trunc(reading.timestamp)
  rows[offset + 2] = Number(reading.quality === 'suspect' || !isPhysical(reading))
  COLUMNS.forEach((column, index) => {
    const value: unknown = reading[column.key]
    const absent = typeof value !== 'number' && typeof value !== 'boolean'
    rows[offset + 3 + index] = absent ? Number.NaN : toStored(column, value)
  })
}
