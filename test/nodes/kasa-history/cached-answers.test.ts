import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import type { DatabaseHealth, HistoryRow } from '../../../src/database/database'
import type { Origin } from '../../../nodes/kasa-history/answers'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inOneNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { RedisServer, whyNoRedis } from '../../support/redis-servers'
import { reading } from '../../support/readings'

const MINUTE = 60_000

let files = 0

inOneNodeRed('kasa-history with a cache', (current) => {
  let nodeRed: NodeRed
  /** Of the readings. */
  let start: number
  const history = (settings: object = {}): FlowNode => {
    return {
      id: 'history',
      type: 'kasa-history',
      database: 'database',
      cache: 'store',
      wires: [['answer']],
      ...settings,
    }
  }
  const health: FlowNode = { ...history(), id: 'health', operation: 'health', wires: [['healthy']] }
  const forget: FlowNode = {
    id: 'forget',
    type: 'kasa-cache',
    store: 'store',
    operation: 'delete-tagged',
    wires: [['gone']],
  }
  const originOf = ({ cache }: Message) => cache as Origin

  beforeEach(() => {
    nodeRed = current()
    start = Date.now() - 60 * MINUTE
  })

  async function deploy(settings: object = {}): Promise<void> {
    const file = join(`cached-${++files}`, 'home.sqlite')
    const database = { id: 'database', type: 'kasa-database', file, batch_delay_ms: 0 }
    const store = { id: 'store', type: 'kasa-cache-store', jitter_pct: 0 }
    const writer: FlowNode = { id: 'write', type: 'kasa-write', database: 'database', wires: [] }
    await nodeRed.deploy([database, store, writer, history(settings), health, forget, ARRIVAL])
    await write(...Array.from({ length: 30 }, (_, minute) => start + minute * MINUTE))
  }

  const write = async (...timestamps: number[]) => {
    await nodeRed.send('write', { payload: timestamps.map((timestamp) => reading({ timestamp })) })
    await arrival(nodeRed)
  }

  async function ask(message: Message = {}): Promise<Message> {
    await nodeRed.send('history', message)
    return nodeRed.receive('answer')
  }

  /** How many the database has answered. */
  async function queries(): Promise<number> {
    await nodeRed.send('health', {})
    return ((await nodeRed.receive('healthy')).payload as DatabaseHealth).queries.count
  }

  it('asks the database once for a question that many ask, and says so', async () => {
    await deploy()
    const before = await queries()
    const first = await ask({ payload: '' })
    assert.deepEqual(Object.keys(originOf(first)), ['hit', 'age_ms', 'stale'])
    assert.equal(originOf(first).hit, false)
    for (let turn = 0; turn < 5; turn++) {
      const { payload, cache } = await ask({ payload: Date.now() })
      assert.deepEqual(payload, first.payload)
      const { hit, stale } = cache as Origin
      assert.deepEqual([hit, stale], ['memory', false])
    }
    assert.equal((await queries()) - before, 1)
    assert.equal(nodeRed.statuses('history').at(-1)?.text, '30 rows, cached')
  })

  it('gives each message an answer of its own', async () => {
    await deploy()
    const { payload } = await ask()
    const rows = payload as HistoryRow[]
    rows.length = 0
    assert.equal(((await ask()).payload as HistoryRow[]).length, 30)
  })

  it('hands out every row once, page by page, from the cache as from the database', async () => {
    await deploy()
    for (const hit of [false, 'memory']) {
      let message: Message = { payload: { limit: 7, order: 'oldest-first' } }
      const seen: number[] = []
      do {
        message = await ask(message)
        assert.equal(originOf(message).hit, hit)
        seen.push(...(message.payload as HistoryRow[]).map(({ timestamp }) => timestamp))
      } while (message.cursor !== undefined)
      assert.deepEqual(
        seen,
        Array.from({ length: 30 }, (_, minute) => start + minute * MINUTE),
      )
    }
  })

  it('does not show what was written meanwhile, until the answers are forgotten', async () => {
    await deploy({ device_ids: 'plug-1' })
    await ask()
    await write(start + 40 * MINUTE)
    assert.equal(((await ask()).payload as HistoryRow[]).length, 30)
    await nodeRed.send('forget', { tag: 'device:plug-1' })
    await nodeRed.receive('gone')
    assert.equal(((await ask()).payload as HistoryRow[]).length, 31)
  })

  for (const operation of ['latest', 'recorded']) {
    it(`keeps the answers of ${operation}, too`, async () => {
      await deploy({ operation })
      const { payload, cache } = await ask()
      assert.equal((cache as Origin).hit, false)
      const again = await ask()
      assert.deepEqual([again.payload, originOf(again).hit], [payload, 'memory'])
    })
  }

  it('never keeps how the database does', async () => {
    await deploy({ operation: 'health' })
    for (let turn = 0; turn < 2; turn++) {
      const answer = await ask()
      assert.equal('cache' in answer, false)
    }
  })

  it('refuses what it refuses without one, in the same words', async () => {
    const questions: Message[] = [
      { payload: { from: start, to: start - 1 } },
      { payload: { fields: ['watts'] } },
      { cursor: 'bm9uc2Vuc2U' },
    ]
    const refusals: string[][] = []
    for (const cache of ['', 'store']) {
      await deploy({ cache })
      const outcomes = await Promise.allSettled(questions.map((question) => nodeRed.send('history', question)))
      refusals.push(outcomes.map((outcome) => String(outcome.status === 'rejected' && outcome.reason)))
    }
    assert.deepEqual(refusals[0], refusals[1])
    assert.ok(refusals[1]?.every((text) => text !== 'false'))
  })

  it('says, message after message, that the database cannot be opened', async () => {
    const database = { id: 'database', type: 'kasa-database', file: '.' }
    await nodeRed.deploy([database, { id: 'store', type: 'kasa-cache-store' }, history()])
    for (let turn = 0; turn < 3; turn++) {
      await assert.rejects(nodeRed.send('history', {}), { code: 'DATABASE_UNAVAILABLE', message: /is not a file/ })
    }
  })

  it('says at deploy that its cache is missing', async () => {
    await nodeRed.deploy([{ id: 'database', type: 'kasa-database', file: 'x.sqlite' }, history({ cache: 'gone' })])
    await nodeRed.status('history', /^cache: /)
  })

  describe('in front of a Redis', () => {
    const reason = whyNoRedis()
    if (reason !== undefined) {
      it.skip(`not run: ${reason}`)
      return
    }
    let redis: RedisServer
    before(async () => void (redis = await RedisServer.start()))
    after(() => redis.stop())

    const storeOf = (id: string) => ({
      id,
      type: 'kasa-cache-store',
      redis_url: redis.url,
      timeout_ms: 500,
      jitter_pct: 0,
    })

    it('gives what another has asked for, and answers all the same when the Redis hangs', async () => {
      const database = { id: 'database', type: 'kasa-database', file: join(`cached-${++files}`, 'home.sqlite') }
      const other: FlowNode = { ...history({ cache: 'other' }), id: 'more', wires: [['answered']] }
      await nodeRed.deploy([database, storeOf('store'), storeOf('other'), history(), other])
      for (const id of ['store', 'other']) await nodeRed.status(id, /^memory and Redis$/)
      assert.equal(originOf(await ask()).hit, false)
      await nodeRed.send('more', {})
      assert.equal(originOf(await nodeRed.receive('answered')).hit, 'redis')
      redis.freeze()
      const { payload, cache } = await ask({ payload: { limit: 3 } })
      assert.deepEqual([payload, (cache as Origin).hit], [[], false])
      redis.thaw()
    })
  })
})
