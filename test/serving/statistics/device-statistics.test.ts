import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { HistoryBucket, HistoryPage, HistoryQuery } from '../../../src/database/database'
import { bucketFor, deviceStatistics } from '../../../src/serving/statistics/device-statistics'

const MINUTE = 60_000
const QUERY = { from: 0, to: 3_600_000 } as HistoryQuery
const never = new AbortController().signal

function bucket(device_id: string, minute: number, mean: number): HistoryBucket {
  return {
    ...{ device_id, timestamp: minute * MINUTE, bucket_ms: MINUTE, count: 6, covered_s: 60, energy_kwh: 0.1 },
    fields: { power_w: { mean, minimum: mean - 1, maximum: mean + 1 } },
  }
}

/** Answers with these pages, one after the other. */
function inPages(...pages: (readonly HistoryBucket[])[]) {
  const asked: (string | undefined)[] = []
  const history = ({ cursor }: HistoryQuery): Promise<HistoryPage> => {
    asked.push(cursor)
    const index = Number(cursor ?? 0)
    return Promise.resolve({ rows: pages[index] ?? [], ...(index + 1 < pages.length && { cursor: `${index + 1}` }) })
  }
  return { asked, history }
}

describe('Statistics of devices', () => {
  it('come from all pages, by device', async () => {
    const database = inPages([bucket('b', 0, 10), bucket('a', 0, 1)], [], [bucket('b', 1, 30)])
    const [a, b, ...others] = await deviceStatistics(database, QUERY, never)
    assert.deepEqual(database.asked, [undefined, '1', '2'])
    assert.deepEqual(others, [])
    assert.deepEqual([a?.device_id, a?.count, a?.fields.power_w?.mean], ['a', 6, 1])
    assert.deepEqual([b?.device_id, b?.count, b?.covered_s, b?.energy_kwh], ['b', 12, 120, 0.2])
    const { mean, minimum, maximum, deviation, trend_per_h } = b?.fields.power_w ?? {}
    assert.deepEqual([mean, minimum, maximum, deviation, trend_per_h], [20, 9, 31, 10, 1200])
  })

  it('are made no further when nobody waits for them', async () => {
    const leaving = new AbortController()
    const { asked, history } = inPages([bucket('a', 0, 1)], [bucket('a', 1, 1)])
    const going = (query: HistoryQuery) => {
      leaving.abort(new Error('gone'))
      return history(query)
    }
    await assert.rejects(deviceStatistics({ history: going }, QUERY, leaving.signal), /gone/)
    assert.deepEqual(asked, [undefined])
  })

  it('let others in while they are made', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `plug-${index}`)
    const rows = ids.flatMap((id) =>
      Array.from({ length: 2000 }, (_, minute) => bucket(id, minute, (minute * 7) % 101)),
    )
    let turns = 0
    let isOver = false
    const turn = () => {
      turns++
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    await deviceStatistics(inPages(rows), QUERY, never)
    isOver = true
    assert.ok(turns > 3, `${turns} turns`)
  })

  for (const [hours, expected] of [
    [0.5, '1s'],
    [24, '1m'],
    [24 * 7, '15m'],
    [24 * 80, 'hour'],
    [24 * 400, 'day'],
  ] as const) {
    it(`of ${hours} h are made of buckets of ${expected}`, () => {
      assert.equal(bucketFor({ from: 0, to: hours * 3_600_000 }), expected)
    })
  }
})
