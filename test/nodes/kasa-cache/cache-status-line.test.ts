import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { CacheStatusLine } from '../../../nodes/kasa-cache/cache-status-line'
import type { Outcome } from '../../../nodes/kasa-cache/operations/workplace'
import type { CacheStatus } from '../../../src/cache/cache'
import { MonitorError } from '../../../src/domain/errors'

describe('The status of kasa-cache', () => {
  let status: CacheStatus
  let waiting: { size: number }
  let line: CacheStatusLine

  beforeEach(() => {
    status = { shrunk: false }
    waiting = { size: 0 }
    line = new CacheStatusLine({ status: () => status }, waiting)
  })

  const after = (...outcomes: Outcome[]) => {
    for (const outcome of outcomes) line.count(outcome)
    return line.now().join(': ')
  }

  it('is ready before the first message', () => assert.equal(after(), 'ready: ready'))

  it('says how many questions were hits, never rounded up to all', () => {
    assert.equal(after('miss', 'hit', 'hit'), 'ready: 66 % of 3 hit')
    assert.equal(after(...Array<Outcome>(1997).fill('hit')), 'ready: 99 % of 2,000 hit')
  })

  it('says how many wait', () => {
    waiting.size = 12
    assert.equal(after('miss'), 'ready: 0 % of 1 hit, 12 waiting')
  })

  it('says what became of values', () => {
    assert.equal(after('kept', 'kept', 'not kept', 'failed'), 'ready: 2 kept, 1 not kept, 1 failed')
    line = new CacheStatusLine({ status: () => status }, waiting)
    assert.equal(after({ deleted: 0 }), 'ready: 0 deleted')
    assert.equal(after({ deleted: 1200 }), 'ready: 1,200 deleted')
  })

  it('says where memory is alone, and why', () => {
    status = { redis: 'down', error: new MonitorError('CACHE_UNAVAILABLE', 'gone'), shrunk: false }
    assert.equal(after('hit'), 'waiting: Redis is away, 100 % of 1 hit')
    status = { redis: 'connecting', shrunk: false }
    assert.equal(after(), 'waiting: connecting to Redis')
    status = { redis: 'open', shrunk: false }
    assert.equal(after(), 'ready: 100 % of 1 hit')
  })
})
