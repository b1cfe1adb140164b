import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { skipWithout } from '../../support/skipping'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'
import { AskingProcess, type Answers } from './asking-processes'

const HALF = 500
/** Longer than a busy machine takes to answer. */
const PATIENT = { timeout_ms: 2000 }

describe('One computation in two processes with one Redis', function () {
  this.timeout(60_000)
  let redis: RedisServer
  let processes: AskingProcess[] = []

  before(function () {
    skipWithout(whyNoRedis(), this)
  })
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    await Promise.all(processes.map((each) => each.kill()))
    processes = []
    await redis.stop()
  })

  const startTwo = async (given = {}): Promise<[AskingProcess, AskingProcess]> => {
    const settings = { redis_url: redis.url, ...PATIENT, ...given }
    const two = await Promise.all([AskingProcess.start(settings), AskingProcess.start(settings)])
    processes = two
    return two
  }
  const loadsOf = (key: string) => processes.flatMap(({ loads }) => loads).filter((loaded) => loaded === key).length

  it('makes one load of a thousand questions, 500 in each, for every key', async () => {
    const two = await startTwo()
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: round + 1 }, (_, index) => `round ${round} key ${index}`)
      await Promise.all(
        keys.map(async (key) => {
          const order = { key, count: HALF, load_ms: round * 5 }
          const [answers, others] = await Promise.all(two.map((each) => each.ask(order)))
          assert.deepEqual(answers, others)
          assert.deepEqual(Object.values(answers ?? {}), [HALF])
          assert.equal(loadsOf(key), 1)
        }),
      )
    }
  })

  it('tells a failure to all of them, in both, after one load', async () => {
    const two = await startTwo()
    const order = { key: 'broken', count: HALF, load_ms: 100, fails: 'REPLY_TIMEOUT' } as const
    const answers = await Promise.all(two.map((each) => each.ask(order)))
    assert.deepEqual(answers, [{ REPLY_TIMEOUT: HALF }, { REPLY_TIMEOUT: HALF }])
    assert.equal(loadsOf('broken'), 1)
  })

  it('lets the other take over from one that is killed in the midst of it', async () => {
    const [first, second] = await startTwo()
    void first.ask({ key: 'key', count: HALF, load_ms: 60_000 })
    await first.loading('key')
    const answers = second.ask({ key: 'key', count: HALF, load_ms: 10, wait_ms: 20_000 })
    await first.kill()
    assert.deepEqual(await answers, { [`"key of process ${second.pid}"`]: HALF })
    assert.deepEqual(second.loads, ['key'])
  })

  it('holds the turn of one that takes longer than a lease', async () => {
    const [first, second] = await startTwo()
    const slow = first.ask({ key: 'key', count: 1, load_ms: 7000 })
    await first.loading('key')
    const waiting = second.ask({ key: 'key', count: HALF, load_ms: 0 })
    const answer = `"key of process ${first.pid}"`
    assert.deepEqual(await Promise.all([slow, waiting]), [{ [answer]: 1 }, { [answer]: HALF }])
    assert.deepEqual(second.loads, [])
  })

  it('computes anew for who asks after the other has deleted the key', async () => {
    const [first, second] = await startTwo()
    const before = first.ask({ key: 'key', count: HALF, load_ms: 8000 })
    await first.loading('key')
    await second.delete('key')
    const after = second.ask({ key: 'key', count: HALF, load_ms: 10 })
    const fresh = `"key of process ${second.pid}"`
    assert.deepEqual(await after, { [fresh]: HALF })
    // It has come before the old one is there.
    assert.deepEqual(await before, { [fresh]: HALF })
    assert.deepEqual(await first.ask({ key: 'key', count: 1, load_ms: 0 }), { [fresh]: 1 })
    assert.equal(loadsOf('key'), 2)
  })

  it('refreshes an old value once, while both go on serving it', async () => {
    const [first, second] = await startTwo({ flow_s: 3, stale_s: 600, jitter_pct: 0 })
    await first.ask({ key: 'key', count: 1, load_ms: 0 })
    await second.ask({ key: 'key', count: 1, load_ms: 0 })
    await new Promise((resolve) => setTimeout(resolve, 3100))
    const order = { key: 'key', count: HALF, load_ms: 3000 }
    const answers = await Promise.all([first.ask(order), second.ask(order)])
    const old = `"key of process ${first.pid}"`
    assert.deepEqual(answers, [{ [old]: HALF }, { [old]: HALF }])
    assert.equal(loadsOf('key'), 2)
  })

  for (const trouble of ['kill', 'freeze'] as const) {
    it(`answers all, with one load in each at most, where Redis has its trouble in the midst of it: ${trouble}`, async () => {
      const two = await startTwo({ timeout_ms: 50 })
      const order = { key: 'key', count: HALF, load_ms: 2000 }
      const asking = two.map((each) => each.ask(order))
      await Promise.race(two.map((each) => each.loading('key')))
      await redis[trouble]()
      for (const answers of await Promise.all(asking)) assert.equal(answered(answers), HALF)
      assert.ok(two.every(({ loads }) => loads.length <= 1))
      const again = await Promise.all(two.map((each) => each.ask({ ...order, key: 'again', load_ms: 10 })))
      assert.deepEqual(again.map(answered), [HALF, HALF])
      assert.deepEqual(
        two.map(({ loads }) => loads.filter((key) => key === 'again').length),
        [1, 1],
      )
    })
  }

  it('goes on as one when Redis is back', async () => {
    const two = await startTwo()
    const back = Promise.all(two.map((each) => each.connected()))
    await redis.restart()
    await back
    const answers = await Promise.all(two.map((each) => each.ask({ key: 'key', count: HALF, load_ms: 100 })))
    assert.deepEqual(answers.map(answered), [HALF, HALF])
    assert.equal(loadsOf('key'), 1)
  })
})

/** How many got a value. */
function answered(answers: Answers): number {
  const values = Object.entries(answers).filter(
    ([answer]) => answer.startsWith('"key of') || answer.startsWith('"again of'),
  )
  return values.reduce((sum, [, count]) => sum + count, 0)
}
