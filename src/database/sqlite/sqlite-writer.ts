import { MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import { isLine, READING, RECORDED_ENERGY, type Line, type Refusal } from '../line-protocol/line'
import { decodeLines } from '../line-protocol/line-decoder'
import { readingOf, recordedOf } from '../line-protocol/line-readings'
import type { BadLine } from '../sending/verdict'
import { COLUMNS, toStored, type Column } from './sqlite-columns'
import type { Devices } from './sqlite-devices'
import { canonicalJson } from './sqlite-points'
import { ADD_POINT, ADD_RECORDED, insertReading, type Bound, type Statements } from './sqlite-statements'

/** Stored as micro-kWh in `used_kwh_e6`. */
export const RECORDED_SCALE = 1e6
const SHAPES = 50
/** SQLite's codes for what one row is refused for, whatever stands beside it. */
const FAULTS_OF_A_ROW = ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_RANGE']

/** Writes lines, each call in one transaction. */
export class SqliteWriter {
  /** The statement for the columns that a reading has. */
  private readonly shapes = new Map<number, string>()

  constructor(
    private readonly statements: Statements,
    private readonly devices: Devices,
  ) {}

  /** The lines that can never be written; all the others are committed. Throws where none is. */
  write(text: Buffer): BadLine[] {
    const lines = decodeLines(text)
    this.statements.begin()
    try {
      const bad = lines.flatMap((line, index) => this.writeLine(line, index) ?? [])
      this.statements.end('COMMIT')
      return bad
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.statements.inTransaction) this.statements.end('ROLLBACK')
      this.devices.forget()
      throw error
    }
  }

  private writeLine(line: Line | Refusal, index: number): BadLine | undefined {
    if (!isLine(line)) return { index, reason: line.reason }
    try {
      const reason = this.writeDecoded(line)
      return reason === undefined ? undefined : { index, reason }
    } catch (error) {
      if (isFaultOfRow(error)) return { index, reason: error.message }
      throw error
    }
  }

  /** Why it cannot be written, if it cannot. */
  private writeDecoded(line: Line): string | undefined {
    if (line.measurement === READING) {
      const reading = readingOf(line)
      if (!reading) return 'the line is no reading: something that each has is missing, or of another type'
      this.writeReading(reading)
    } else if (line.measurement === RECORDED_ENERGY) {
      const record = recordedOf(line)
      if (!record) return 'the line is no recorded energy: something that each has is missing, or of another type'
      this.writeRecord(record)
    } else {
      const { measurement, tags, fields, timestamp } = line
      this.statements.run(ADD_POINT, [measurement, canonicalJson(tags), timestamp, canonicalJson(fields)])
    }
    return undefined
  }

  private writeRecord(record: RecordedEnergy): void {
    const { timestamp, duration_ms, used_kwh } = record
    const device = this.devices.numberOf(record, timestamp)
    this.statements.run(ADD_RECORDED, [device, timestamp, duration_ms, Math.round(used_kwh * RECORDED_SCALE)])
  }

  /** Binding only what a reading has makes inserts twice as fast: most devices say less than half of the columns. */
  private writeReading(reading: Reading): void {
    const { timestamp, quality } = reading
    const bound: Bound[] = [this.devices.numberOf(reading, timestamp), timestamp, Number(quality === 'suspect')]
    let shape = 0
    for (let index = 0; index < COLUMNS.length; index += 1) {
      const column = COLUMNS[index] as Column
      const value = reading[column.key]
      if (value === undefined) continue
      shape += 2 ** index
      bound.push(toStored(column, value))
    }
    this.statements.run(this.insertOf(shape), bound)
  }

  private insertOf(shape: number): string {
    let sql = this.shapes.get(shape)
    if (sql === undefined) {
      if (this.shapes.size >= SHAPES) this.shapes.clear()
      sql = insertReading(COLUMNS.filter((_column, index) => Math.floor(shape / 2 ** index) % 2 === 1))
      this.shapes.set(shape, sql)
    }
    return sql
  }
}

function isFaultOfRow(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof MonitorError) return error.code === 'INTERNAL'
  const code = 'code' in error ? String(error.code) : ''
  return FAULTS_OF_A_ROW.some((beginning) => code.startsWith(beginning))
}
