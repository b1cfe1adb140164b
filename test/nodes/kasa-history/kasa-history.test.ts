import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import Libsql from 'libsql'
import { beforeEach, it } from 'mocha'
import type { HistoryBucket, HistoryRow } from '../../../src/database/database'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inEachNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000
const RANGE = { from: START, to: START + 60 * MINUTE }

let files = 0

inEachNodeRed('kasa-history', (current, aboutUs) => {
  let nodeRed: NodeRed
  let folder: string
  const history: FlowNode = { id: 'history', type: 'kasa-history', database: 'database', wires: [['answer']] }

  beforeEach(() => {
    nodeRed = current()
    folder = `history-${++files}`
  })

  /** Half an hour of a kettle that is on for ten minutes, and a lamp. */
  async function deploy(settings: Record<string, unknown> = {}, ...more: FlowNode[]): Promise<void> {
    const database = { id: 'database', type: 'kasa-database', file: join(folder, 'home.sqlite'), batch_delay_ms: 0 }
    const write: FlowNode = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
    await nodeRed.deploy([database, write, { ...history, ...settings }, ARRIVAL, ...more])
    const kettle = Array.from({ length: 30 }, (_, minute) =>
      reading({ timestamp: START + minute * MINUTE, power_w: minute < 10 ? 2000 : 0, on: minute < 10 }),
    )
    const lamp = reading({ device_id: 'lamp', alias: 'Lamp', timestamp: START + 5 * MINUTE, power_w: 7 })
    await nodeRed.send('write', { payload: [...kettle, lamp] })
    await arrival(nodeRed)
  }

  async function ask(message: Message): Promise<Message> {
    await nodeRed.send('history', message)
    return nodeRed.receive('answer')
  }

  it('answers with the rows of a range, newest first, and leaves the rest of the message alone', async () => {
    await deploy({ from: String(START), to: '2026-01-05T00:10:00Z' })
    const answer = await ask({ topic: 'chart', payload: 1, extra: 'kept' })
    const rows = answer.payload as HistoryRow[]
    assert.equal(rows.length, 11)
    assert.deepEqual(rows[0], {
      device_id: 'plug-1',
      timestamp: START + 9 * MINUTE,
      quality: 'good',
      on: true,
      power_w: 2000,
    })
    assert.equal(answer.topic, 'chart')
    assert.equal(answer.extra, 'kept')
    assert.equal('cursor' in answer, false)
    assert.equal(nodeRed.statuses('history').at(-1)?.text, '11 rows')
  })

  it('takes everything from the payload instead of the dialog', async () => {
    await deploy()
    const query = { ...RANGE, device_ids: ['lamp'], fields: 'power_w', order: 'oldest-first', limit: 5 }
    const answer = await ask({ payload: query })
    assert.deepEqual(answer.payload, [
      { device_id: 'lamp', timestamp: START + 5 * MINUTE, quality: 'good', power_w: 7 },
    ])
  })

  aboutUs(() => {
    it('hands out every row once, page by page, when its messages are led back', async () => {
      await deploy()
      let message: Message = { payload: { ...RANGE, device_ids: 'plug-1', limit: 7 } }
      const seen: number[] = []
      const sizes: number[] = []
      do {
        message = await ask(message)
        const rows = message.payload as HistoryRow[]
        sizes.push(rows.length)
        seen.push(...rows.map(({ timestamp }) => timestamp))
      } while (message.cursor !== undefined)
      assert.deepEqual(sizes, [7, 7, 7, 7, 2])
      assert.equal(new Set(seen).size, 30)
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => b - a),
      )
    })

    it('answers with buckets', async () => {
      await deploy({ bucket: '10m', order: 'oldest-first' })
      const range = { from: START, to: START + 30 * MINUTE }
      const buckets = (await ask({ payload: { ...range, device_ids: 'plug-1', fields: 'power_w' } }))
        .payload as HistoryBucket[]
      assert.deepEqual(
        buckets.map(({ timestamp, bucket_ms, count, fields }) => [timestamp - START, bucket_ms, count, fields.power_w]),
        [
          [0, 10 * MINUTE, 10, { mean: 2000, minimum: 2000, maximum: 2000 }],
          [10 * MINUTE, 10 * MINUTE, 10, { mean: 0, minimum: 0, maximum: 0 }],
          [20 * MINUTE, 10 * MINUTE, 10, { mean: 0, minimum: 0, maximum: 0 }],
        ],
      )
      assert.match(nodeRed.statuses('history').at(-1)?.text ?? '', /^3 buckets$/)
    })

    it('answers with days of a time zone, which the dialog or the message names', async () => {
      await deploy({ bucket: 'day', time_zone: 'Asia/Kathmandu', order: 'oldest-first' })
      const range = { from: START, to: START + 30 * MINUTE, device_ids: 'plug-1', fields: 'power_w' }
      const placeOf = async (query: object) => {
        const [bucket] = (await ask({ payload: { ...range, ...query } })).payload as HistoryBucket[]
        return [((bucket?.timestamp ?? 0) - START) / MINUTE, (bucket?.bucket_ms ?? 0) / MINUTE, bucket?.count]
      }
      assert.deepEqual(await placeOf({}), [-345, 1440, 30])
      assert.deepEqual(await placeOf({ time_zone: 'America/New_York' }), [-1140, 1440, 30])
      assert.deepEqual(await placeOf({ bucket: 'auto' }), [0, 5 / 60, 1])
    })

    it('answers with the latest reading of each device, or of those that are asked for', async () => {
      await deploy({ operation: 'latest' })
      const all = (await ask({ payload: '' })).payload as { device_id: string; timestamp: number }[]
      assert.deepEqual(all.map(({ device_id, timestamp }) => [device_id, timestamp - START]).sort(), [
        ['lamp', 5 * MINUTE],
        ['plug-1', 29 * MINUTE],
      ])
      const one = (await ask({ payload: { device_ids: ['lamp'] } })).payload as { alias: string }[]
      assert.deepEqual(
        one.map(({ alias }) => alias),
        ['Lamp'],
      )
    })

    it('makes a backup that is a complete database, and names it', async () => {
      await deploy({ operation: 'backup', folder: join(folder, 'copies') })
      const { payload } = await ask({ payload: { file: '/tmp/elsewhere.sqlite' } })
      const copies = readdirSync(join(nodeRed.userDir, folder, 'copies'))
      assert.deepEqual(
        copies.map((name) => join(nodeRed.userDir, folder, 'copies', name)),
        [payload],
      )
      assert.match(copies[0] ?? '', /^home \d{4}-\d{2}-\d{2}T[\d-]+\.\d+Z\.sqlite$/)
      const connection = new Libsql(String(payload))
      assert.equal((connection.prepare('SELECT count(*) AS count FROM readings').get() as { count: number }).count, 31)
      connection.close()
    })

    it('puts a backup back while it is in use, and keeps what was there', async () => {
      await deploy({ operation: 'backup', folder: join(folder, 'copies') })
      const copy = String((await ask({ payload: '' })).payload)
      await deploy({ operation: 'restore', folder: join(folder, 'copies') })
      const { payload: aside } = await ask({ payload: copy })
      assert.match(String(aside), /home\.sqlite\.before-/)
      assert.match(nodeRed.statuses('history').at(-1)?.text ?? '', /^put back /)
      assert.match(String((await ask({ payload: basename(copy) })).payload), /home\.sqlite\.before-/)
    })

    it('takes a backup from its folder alone', async () => {
      await deploy({ operation: 'restore', folder: join(folder, 'copies') })
      for (const payload of ['../home.sqlite', '/etc/passwd', '', 5, undefined, 'missing/home.sqlite', '..']) {
        await assert.rejects(nodeRed.send('history', { payload }))
      }
    })
  })

  const refusals: [string, Message, RegExp][] = [
    ['a range that ends before it begins', { payload: { from: RANGE.to, to: RANGE.from } }, /^to: 1767571200000 /],
    ['a field that does not exist', { payload: { fields: ['watts'] } }, /^fields: "watts" .* one of on, power_w/],
    ['a key that does not exist', { payload: { form: '-1h' } }, /"form"/],
    ['a limit of 0', { payload: { limit: 0 } }, /^limit: 0 .* from 1 to 10000$/],
    ['a time that is none', { payload: { from: 'yesterday' } }, /^from: "yesterday"/],
    ['a cursor from elsewhere', { cursor: 'bm9uc2Vuc2U' }, /^cursor: /],
    ['a query that is no object', { query: 5 }, /^query: 5/],
  ]
  for (const [title, message, text] of refusals) {
    it(`refuses ${title}, naming it to a Catch node`, async () => {
      await deploy({}, { id: 'catch', type: 'catch', scope: null, wires: [['caught']] })
      await assert.rejects(nodeRed.send('history', message), { message: text })
      const { message: caught } = (await nodeRed.receive('caught')).error as { message: string }
      assert.match(caught, new RegExp(text.source.replace('^', '')))
      assert.equal(nodeRed.statuses('history').at(-1)?.fill, 'red')
      assert.deepEqual(nodeRed.received('answer'), [])
    })
  }

  aboutUs(() => {
    it('refuses a cursor of another query', async () => {
      await deploy()
      const { cursor } = await ask({ payload: { ...RANGE, limit: 5 } })
      await assert.rejects(nodeRed.send('history', { cursor, payload: { ...RANGE, limit: 5, fields: 'on' } }), {
        code: 'CURSOR_INVALID',
      })
    })
  })

  it('shows at deploy what is wrong in its dialog', async () => {
    await deploy({ from: '-1h', to: '-2h' })
    await nodeRed.status('history', /^to: /)
  })

  it('says that the database cannot be opened', async () => {
    const database = { id: 'database', type: 'kasa-database', file: '.' }
    await nodeRed.deploy([database, history])
    await assert.rejects(nodeRed.send('history', { payload: '' }), {
      code: 'DATABASE_UNAVAILABLE',
      message: /is not a file/,
    })
  })
})
