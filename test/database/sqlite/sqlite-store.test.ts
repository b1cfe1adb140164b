import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { SqliteStore } from '../../../src/database/sqlite/sqlite-store'
import { MonitorError } from '../../../src/domain/errors'
import { aPoint, aReading, aRecord, START, withFolder } from '../../support/database-samples'
import { linesOf, makeStore, pointLines, readingLines, recordedLines } from '../../support/sqlite'

async function withStore(
  run: (store: SqliteStore, file: string) => Promise<void>,
  settings: Readonly<Record<string, number | string>> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    const store = makeStore(file, settings)
    try {
      await run(store, file)
    } finally {
      await store.stop()
    }
  })
}

const all = { from: START, to: START + 1000, device_ids: [], order: 'oldest-first', limit: 100 } as const
const good = (timestamp: number): string => readingLines(aReading({ timestamp })).text.toString()

describe('lines on their way into the SQLite file', () => {
  it('are stored in one go, whatever they hold', () =>
    withStore(async (store, file) => {
      const kinds = [readingLines(aReading()), recordedLines(aRecord()), pointLines(aPoint())]
      const lines = linesOf(kinds.map(({ text }) => text.toString()))
      assert.deepEqual(await store.send(lines), { kind: 'stored' })
      assert.deepEqual(await store.latest(), [aReading()])
      assert.deepEqual(await store.recorded(all), [aRecord()])
      const other = new Libsql(file)
      const row = other.prepare('SELECT measurement, tags, timestamp, fields FROM point').raw().get([])
      other.close()
      assert.deepEqual(row, ['water', '{"meter":"cellar"}', START, '{"litres":12.5}'])
    }))

  it('change nothing when they come again', () =>
    withStore(async (store, file) => {
      const lines = linesOf(
        [readingLines(aReading()), recordedLines(aRecord()), pointLines(aPoint())].map(({ text }) => String(text)),
      )
      const contents = (): unknown[] => {
        const other = new Libsql(file)
        const rows = ['device', 'reading', 'recorded_energy', 'point'].map((table) =>
          other.prepare(`SELECT * FROM ${table}`).raw().all([]),
        )
        other.close()
        return rows
      }
      await store.send(lines)
      const first = contents()
      assert.deepEqual(await store.send(lines), { kind: 'stored' })
      assert.deepEqual(contents(), first)
    }))

  it('stay in the hands of who sent them', () =>
    withStore(async (store) => {
      const lines = readingLines(aReading())
      const before = Buffer.from(lines.text)
      await store.send(lines)
      assert.deepEqual(lines.text, before)
    }))

  const bad: [string, string][] = [
    ['no line at all', 'oh no'],
    ['an empty line', ''],
    ['a reading of no device', 'reading alias="a",host="h",quality="good" 1767571200000'],
    ['a reading with power as text', 'reading,device_id=x alias="a",host="h",quality="good",power_w="5" 1767571200000'],
    ['recorded energy of no length', 'recorded_energy,device_id=x alias="a",host="h",used_kwh=1 1767571200000'],
  ]
  for (const [what, line] of bad) {
    it(`are told apart from ${what}, which is named with its place and a reason`, () =>
      withStore(async (store) => {
        const verdict = await store.send(linesOf([good(START), `${line}\n`, good(START + 1)]))
        assert.ok(verdict.kind === 'stored')
        assert.deepEqual(
          verdict.bad?.map(({ index }) => index),
          [1],
        )
        assert.ok((verdict.bad?.[0]?.reason.length ?? 0) > 5)
        const { rows } = await store.history({ ...all, fields: [] })
        assert.equal(rows.length, 2)
      }))
  }

  it('are to be sent again while another program holds the file: none of them is stored', () =>
    withStore(
      async (store, file) => {
        await store.probe()
        const other = new Libsql(file)
        other.exec('BEGIN IMMEDIATE')
        const verdict = await store.send(readingLines(aReading()))
        assert.ok(verdict.kind === 'retry')
        assert.equal(verdict.error.code, 'DATABASE_LOCKED')
        await assert.rejects(
          store.probe(),
          (error) => error instanceof MonitorError && error.code === 'DATABASE_LOCKED',
        )
        other.exec('ROLLBACK')
        other.close()
        assert.deepEqual(await store.latest(), [])
        assert.deepEqual(await store.send(readingLines(aReading())), { kind: 'stored' })
      },
      { busy_timeout_ms: 10 },
    ))

  it('are kept for a person where the tables are gone', () =>
    withStore(async (store, file) => {
      await store.probe()
      const other = new Libsql(file)
      other.exec('DROP TABLE point')
      other.close()
      const verdict = await store.send(pointLines(aPoint()))
      assert.equal(verdict.kind, 'held')
    }))

  it('are refused once the store is stopped, and it opens nothing any more', () =>
    withStore(async (store) => {
      await store.stop()
      const verdict = await store.send(readingLines(aReading()))
      assert.equal(verdict.kind === 'retry' && verdict.error.code, 'CLOSED')
      await assert.rejects(store.probe(), (error) => error instanceof MonitorError && error.code === 'CLOSED')
    }))
})

describe('the SQLite store', () => {
  it('names itself once it is open', () =>
    withStore(async (store) => {
      assert.equal(store.name, 'SQLite')
      await store.probe()
      assert.match(store.name, /^SQLite 3\.\d+\.\d+$/)
    }))

  it('describes a device as its newest reading does, whatever comes later', () =>
    withStore(async (store) => {
      const newer = aReading({ timestamp: START + 10, alias: 'New', host: '127.0.0.9', parent_id: 'strip' })
      await store.send(readingLines(newer, aReading({ timestamp: START + 5, alias: 'Late' })))
      assert.deepEqual(await store.latest(['plug-1']), [newer])
    }))
})
