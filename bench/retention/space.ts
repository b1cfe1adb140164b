import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { round } from '../support/statistics'
import type { Played } from './day'
import { rolled } from './run-child'

const DAYS_OF_A_YEAR = 365
/** The day, with ten minutes before and after it. */
const STORED_DAYS = 1 + 20 / 1440

interface Day {
  readonly folder: string
  readonly full: string
  readonly devices: number
  readonly loads: readonly Played[]
}

/** What each tier of the SQLite file takes, by how much the file grows. */
export async function printSpace({ folder, full, devices, loads }: Day): Promise<void> {
  const file = join(folder, 'space.db')
  copyFileSync(full, file)
  /** Bytes of each row of the coarsest of these tiers, of which the others are there. */
  const bytesOfARow = async (tiers: ('hourly' | 'daily')[]) => {
    const before = statSync(file).size
    const { rows } = await rolled({ settings: { kind: 'sqlite', file }, folder, tiers })
    return (statSync(file).size - before) / (rows.at(-1) ?? NaN)
  }
  const readings = loads.reduce((sum, load) => sum + load.readings.length, 0) / loads.length
  const raw = statSync(full).size / devices / readings
  const row = (rows_a_day: number, bytes_a_row: number) => ({
    rows_a_day: round(rows_a_day, 0),
    bytes_a_row: round(bytes_a_row, 0),
    mb_a_year: round((rows_a_day * bytes_a_row * DAYS_OF_A_YEAR) / 1e6),
  })
  const hourly = await bytesOfARow(['hourly'])
  const daily = await bytesOfARow(['hourly', 'daily'])
  console.log('\nSpace of one device in the SQLite file')
  console.table({ raw: row(readings / STORED_DAYS, raw), hourly: row(24, hourly), daily: row(1, daily) })
}
