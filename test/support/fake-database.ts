import type { Database, DatabaseState, DatabaseStatus, HistoryPage, WriteResult } from '../../src/database/database'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'

/** A database that does what a test says, and remembers what was asked of it. */
export class FakeDatabase implements Database {
  readonly calls: string[] = []
  state: DatabaseState = 'ok'
  message: string | undefined
  queued = 0
  dropped = 0
  starting: () => Promise<void> = () => Promise.resolve()

  start(): Promise<void> {
    this.calls.push('start')
    return this.starting()
  }

  stop(): Promise<void> {
    this.calls.push('stop')
    return Promise.resolve()
  }

  write(readings: readonly Reading[]): Promise<WriteResult> {
    return Promise.resolve({ written: readings.length, skipped: 0 })
  }

  writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult> {
    return Promise.resolve({ written: records.length, skipped: 0 })
  }

  recorded(): Promise<RecordedEnergy[]> {
    return Promise.resolve([])
  }

  history(): Promise<HistoryPage> {
    return Promise.resolve({ rows: [] })
  }

  latest(): Promise<Reading[]> {
    return Promise.resolve([])
  }

  backup(): Promise<void> {
    return Promise.resolve()
  }

  status(): DatabaseStatus {
    const { state, message, queued, dropped } = this
    return { state, ...(message ? { message } : {}), queued, dropped, written: 0, skipped: 0, refused: 0 }
  }
}
