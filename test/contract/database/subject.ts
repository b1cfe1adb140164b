import assert from 'node:assert/strict'
import type { Database, HistoryPage, HistoryQuery, Point, WriteResult } from '../../../src/database/database'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import type { RecordedEnergy } from '../../../src/domain/recorded-energy'
import { START } from '../../support/database-samples'

/** A new, empty, started database, and how to be rid of it. */
export interface DatabaseUnderTest {
  readonly database: Database
  /** The fields that the store has at the place of a point, asked past the database; undefined where it has none. */
  readonly fieldsAt: (place: Pick<Point, 'measurement' | 'tags' | 'timestamp'>) => Promise<Point['fields'] | undefined>
  /** Stops the database too. May be called when it has stopped. */
  readonly end: () => Promise<void>
}

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
/** For machines that are busy; what is written arrives much sooner. */
export const PATIENCE_MS = 20_000

/** One database serves all tests of a kind; each test has devices of its own. */
export class Subject {
  private devices = 0
  private made: DatabaseUnderTest | undefined

  constructor(readonly make: () => Promise<DatabaseUnderTest>) {}

  async start(): Promise<void> {
    this.made = await this.make()
  }

  async end(): Promise<void> {
    await this.made?.end()
  }

  get database(): Database {
    return this.underTest.database
  }

  get underTest(): DatabaseUnderTest {
    assert.ok(this.made)
    return this.made
  }

  newDevice(): string {
    return `device-${(this.devices += 1)}`
  }

  /** Writes, and waits until it is in the store, however busy the machine is. */
  async keep(readings: readonly Reading[]): Promise<WriteResult> {
    return this.settled(await this.database.write(readings))
  }

  async keepRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult> {
    return this.settled(await this.database.writeRecorded(records))
  }

  async keepPoints(points: readonly Point[]): Promise<WriteResult> {
    return this.settled(await this.database.writePoints(points))
  }

  ask(given: object): Promise<HistoryPage> {
    return this.database.history(query(given))
  }

  private async settled(result: WriteResult): Promise<WriteResult> {
    assert.equal(await this.database.settle(PATIENCE_MS), true)
    return result
  }
}

export function query(given: object): HistoryQuery {
  return parseHistoryQuery({ from: START - 60 * MINUTE, to: START + 1440 * MINUTE, ...given }, START)
}

export async function refusal(work: Promise<unknown>): Promise<MonitorError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof MonitorError, `no refusal, but ${String(error)}`)
  return error
}
