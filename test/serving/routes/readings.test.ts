import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { HistoryBucket, HistoryRow } from '../../../src/database/database'
import { BEGIN, HOUR, NOW, serve, STORED, useStoredHome } from './stored-home'

interface Page<Row = HistoryRow> {
  readonly rows: readonly Row[]
  readonly cursor?: string
}

describe('GET /readings', () => {
  const home = useStoredHome()
  const ask = (query: string, headers?: Record<string, string>) => home().server.ask(`/readings?${query}`, headers)
  const page = async (query: string) => {
    const reply = await ask(query)
    assert.equal(reply.status, 200, reply.body)
    return reply.json<Page>()
  }
  const nameOf = ({ device_id, timestamp }: { device_id: string; timestamp: number }) => `${device_id} ${timestamp}`

  for (const order of ['newest-first', 'oldest-first']) {
    it(`brings every row once, ${order}, page by page`, async () => {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const { rows, cursor: next } = await page(`order=${order}&limit=70&fields=power_w${more}`)
        found.push(...rows.map(nameOf))
        assert.ok(rows.length === 70 || next === undefined)
        cursor = next
      } while (cursor !== undefined)
      const times = found.map((name) => Number(name.split(' ')[1]))
      assert.deepEqual(
        times,
        times.toSorted((one, other) => (order === 'newest-first' ? other - one : one - other)),
      )
      assert.deepEqual(found.toSorted(), STORED.map(nameOf).toSorted())
    })
  }

  it('brings every bucket once, also while the time goes on that the range is relative to', async () => {
    const found: string[] = []
    let cursor = ''
    do {
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { rows, cursor: next = '' } = await page(`bucket=5m&from=-3h&to=now&order=oldest-first&limit=25${more}`)
      found.push(...rows.map(nameOf))
      cursor = next
      home().clock.advance(20 * 60_000)
    } while (cursor !== '')
    assert.equal(found.length, 2 * 36)
    assert.equal(new Set(found).size, found.length)
  })

  it('names the next page in a link, which leads there', async () => {
    const first = await ask('limit=100&device_id=kettle')
    const link = /^<(\?.+)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? ''
    const second = (await home().server.ask(`/readings${link}`)).json<Page>()
    assert.equal(second.rows.length, 80)
    assert.equal(second.cursor, undefined)
  })

  it('refuses a cursor of another question', async () => {
    const { cursor = '' } = await page('limit=10&device_id=kettle')
    const reply = await ask(`limit=10&device_id=fridge&cursor=${encodeURIComponent(cursor)}`)
    assert.equal(reply.status, 400)
    assert.equal(reply.json().code, 'CURSOR_INVALID')
  })

  it('has the fields that are asked for, and no others', async () => {
    const { rows } = await page('limit=2&fields=power_w,on')
    for (const row of rows)
      assert.deepEqual(Object.keys(row).sort(), ['device_id', 'on', 'power_w', 'quality', 'timestamp'])
  })

  it('writes a table of readings', async () => {
    const lines = (await ask(`format=csv&fields=power_w,on&device_id=kettle&limit=2&to=${NOW}`)).body.split('\r\n')
    const last = NOW - 60_000
    assert.deepEqual(lines, [
      'device_id,timestamp,quality,power_w,on',
      `kettle,${last},good,60,true`,
      `kettle,${last - 60_000},good,60,true`,
      '',
    ])
  })

  it('writes a table of buckets', async () => {
    const reply = await ask(`bucket=1h&fields=power_w&device_id=fridge&order=oldest-first&from=${BEGIN}&to=${NOW}`, {
      accept: 'text/csv',
    })
    const [head = '', first = '', ...rest] = reply.body.trimEnd().split('\r\n')
    assert.equal(
      head,
      'device_id,timestamp,bucket_ms,count,covered_s,energy_kwh,energy_source,power_w_mean,power_w_minimum,power_w_maximum,power_w_p50,power_w_p95',
    )
    assert.match(first, new RegExp(`^fridge,${BEGIN},${HOUR},60,3600,0\\.03\\d*,counter,30,30,30,`))
    assert.equal(rest.length, 2)
  })

  it('writes lines of JSON', async () => {
    const reply = await ask('format=ndjson&limit=3')
    const rows = reply.body.trimEnd().split('\n')
    assert.equal(rows.length, 3)
    assert.deepEqual(
      rows.map((row) => JSON.parse(row) as HistoryRow),
      (await page('limit=3')).rows,
    )
  })

  it('makes buckets', async () => {
    const reply = await ask(`bucket=hour&time_zone=UTC&device_id=kettle&order=oldest-first&from=${BEGIN}&to=${NOW}`)
    const { rows } = reply.json<Page<HistoryBucket>>()
    assert.deepEqual(
      rows.map(({ timestamp, energy_kwh = 0 }) => [timestamp, energy_kwh.toFixed(6)]),
      [BEGIN, BEGIN + HOUR, BEGIN + 2 * HOUR].map((timestamp, hour) => [timestamp, hour < 2 ? '0.060000' : '0.059000']),
    )
  })

  it('reads as many pages as the limit needs', async () => {
    const database = new Counting(5000)
    const server = await serve({ database: () => Promise.resolve(database as never) })
    try {
      const { rows, cursor } = (await server.ask('/readings?limit=4500')).json<Page>()
      assert.equal(rows.length, 4500)
      assert.equal(new Set(rows.map(({ timestamp }) => timestamp)).size, 4500)
      assert.equal(cursor, '4500')
      assert.deepEqual(database.asked, [2000, 2000, 500])
    } finally {
      await server.stop()
    }
  })

  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=1000001', 'limit'],
    ['fields=watts', 'fields'],
    ['from=now&to=-1h', 'to'],
    ['bucket=0s', 'bucket'],
    ['bucket=hour&time_zone=Mars/Olympus', 'time_zone'],
    ['devices=kettle', 'query'],
    ['format=xml', 'format'],
  ] as const) {
    it(`refuses ${query}, and names ${field}`, async () => {
      const reply = await ask(query)
      assert.equal(reply.status, 400, reply.body)
      assert.match(String(reply.json().field), new RegExp(`^${field}`))
    })
  }
})

/** A database with so many rows, which counts what it is asked. */
class Counting {
  readonly asked: number[] = []

  constructor(private readonly count: number) {}

  history({ limit, cursor = '0' }: { limit: number; cursor?: string }): Promise<Page> {
    this.asked.push(limit)
    const from = Number(cursor)
    const to = Math.min(this.count, from + limit)
    const rows = Array.from({ length: to - from }, (_, index) => {
      return { device_id: 'plug', timestamp: NOW - from - index, quality: 'good' } as HistoryRow
    })
    return Promise.resolve({ rows, ...(to < this.count && { cursor: String(to) }) })
  }
}
