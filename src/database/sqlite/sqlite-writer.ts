import type { RecordedEnergy } from '../../domain/recorded-energy'
import { COLUMNS, type Column } from './sqlite-columns'
import { countOf, isSame, ROW_WIDTH, type DeviceDescription, type EncodedReadings } from './sqlite-rows'
import {
  ADD_DEVICE,
  ADD_RECORDED,
  DESCRIBE_DEVICE,
  FIND_DEVICE,
  insertReading,
  type Bound,
  type Statements,
} from './sqlite-statements'

interface KnownDevice {
  readonly device: number
  readonly description: DeviceDescription
  /** Timestamp of the reading that brought the description: an older one does not change it. */
  readonly described_at: number
}

/** The columns that some readings have, and the statement for them. */
interface Shape {
  readonly sql: string
  /** Offsets in an encoded row. */
  readonly offsets: readonly number[]
}

/** Stored as micro-kWh in `used_kwh_e6`. */
export const RECORDED_SCALE = 1e6
const KNOWN_DEVICES = 20_000
const SHAPES = 50

/** Writes batches of readings, each in one transaction. */
export class SqliteWriter {
  private readonly devices = new Map<string, KnownDevice>()
  private readonly shapes = new Map<number, Shape>()

  constructor(private readonly statements: Statements) {}

  /** Readings written of each part: all are committed, or none. */
  write(parts: readonly EncodedReadings[]): number[] {
    return this.inTransaction(() => parts.map((part) => this.writePart(part)))
  }

  /** How many were written: all are committed, or none. */
  writeRecorded(records: readonly RecordedEnergy[]): number {
    return this.inTransaction(() => records.reduce((sum, record) => sum + this.writeRecord(record), 0))
  }

  private writeRecord(record: RecordedEnergy): number {
    const { device_id, parent_id = null, alias, model, host, timestamp, duration_ms, used_kwh } = record
    const device = this.numberOf({ device_id, parent_id, alias, model, host }, Math.trunc(timestamp))
    const bound = [device, Math.trunc(timestamp), Math.trunc(duration_ms), Math.round(used_kwh * RECORDED_SCALE)]
    return this.statements.run(ADD_RECORDED, bound)
  }

  private inTransaction<Written>(write: () => Written): Written {
    this.statements.execute('BEGIN IMMEDIATE')
    try {
      const written = write()
      this.statements.execute('COMMIT')
      return written
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.statements.inTransaction) this.statements.execute('ROLLBACK')
      this.devices.clear()
      throw error
    }
  }

  private writePart(part: EncodedReadings): number {
    const { rows, devices } = part
    let written = 0
    for (let position = 0; position < countOf(part); position += 1) {
      const offset = position * ROW_WIDTH
      const description = devices[rows[offset] as number] as DeviceDescription
      const device = this.numberOf(description, rows[offset + 1] as number)
      written += this.writeRow(device, rows, offset)
    }
    return written
  }

  private writeRow(device: number, rows: Float64Array, offset: number): number {
    const shape = this.shapeOf(rows, offset)
    const bound: Bound[] = [device, rows[offset + 1] as number, rows[offset + 2] as number]
    for (const column of shape.offsets) bound.push(rows[offset + column] as number)
    return this.statements.run(shape.sql, bound)
  }

  /** Binding only what a reading has makes inserts twice as fast: most devices say less than half of the columns. */
  private shapeOf(rows: Float64Array, offset: number): Shape {
    let key = 0
    for (let column = 3; column < ROW_WIDTH; column += 1) {
      if (!Number.isNaN(rows[offset + column])) key += 2 ** column
    }
    let shape = this.shapes.get(key)
    if (!shape) {
      if (this.shapes.size >= SHAPES) this.shapes.clear()
      shape = shapeOf(COLUMNS.filter((_column, index) => !Number.isNaN(rows[offset + 3 + index])))
      this.shapes.set(key, shape)
    }
    return shape
  }

  private numberOf(description: DeviceDescription, timestamp: number): number {
    const known = this.devices.get(description.device_id) ?? this.find(description) ?? this.add(description, timestamp)
    const isNews = timestamp >= known.described_at && !isSame(known.description, description)
    const current = isNews ? { device: known.device, description, described_at: timestamp } : known
    if (isNews) {
      const { parent_id, alias, model, host } = description
      this.statements.run(DESCRIBE_DEVICE, [parent_id, alias, model, host, timestamp, known.device])
    }
    if (this.devices.size >= KNOWN_DEVICES) this.devices.clear()
    this.devices.set(description.device_id, current)
    return current.device
  }

  private find({ device_id }: DeviceDescription): KnownDevice | undefined {
    const row = this.statements.first(FIND_DEVICE, [device_id])
    if (!row) return undefined
    const [device, , parent_id, alias, model, host, described_at] = row
    const description = { device_id, parent_id, alias, model, host } as DeviceDescription
    return { device: Number(device), description, described_at: Number(described_at) }
  }

  private add(description: DeviceDescription, timestamp: number): KnownDevice {
    const { device_id, parent_id, alias, model, host } = description
    this.statements.run(ADD_DEVICE, [device_id, parent_id, alias, model, host, timestamp])
    return this.find(description) as KnownDevice
  }
}

function shapeOf(columns: readonly Column[]): Shape {
  return { sql: insertReading(columns), offsets: columns.map((column) => 3 + COLUMNS.indexOf(column)) }
}
