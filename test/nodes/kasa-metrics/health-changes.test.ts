import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { HealthChanges } from '../../../nodes/kasa-metrics/health-changes'
import { healthLine } from '../../../nodes/kasa-metrics/health-line'
import type { PartHealth } from '../../../src/serving/api-sources'

const part = (name: string, state: PartHealth['state'], more: Partial<PartHealth> = {}): PartHealth => {
  return { kind: 'database', name, state, ...more }
}

describe('Changes of health', () => {
  it('are told once, with what was before', () => {
    const changes = new HealthChanges()
    assert.deepEqual(changes.see([part('a', 'ok'), part('b', 'ok')]), [])
    const failed = part('b', 'failed', { code: 'SPOOL_LOCKED', message: 'locked' })
    assert.deepEqual(changes.see([part('a', 'ok'), failed]), [{ ...failed, previous: 'ok' }])
    assert.deepEqual(changes.see([part('a', 'ok'), { ...failed, message: 'locked, still' }]), [])
    assert.deepEqual(changes.see([part('a', 'ok'), part('b', 'ok')]), [{ ...part('b', 'ok'), previous: 'failed' }])
  })

  it('of a part that is new are told where it is not well, and of one that is gone not at all', () => {
    const changes = new HealthChanges()
    assert.deepEqual(changes.see([part('a', 'degraded')]), [{ ...part('a', 'degraded'), previous: 'ok' }])
    assert.deepEqual(changes.see([]), [])
    assert.equal(changes.see([part('a', 'degraded')]).length, 1)
  })
})

describe('The status of kasa-metrics', () => {
  it('shows the worst there is', () => {
    assert.deepEqual(healthLine([]), ['ready', '0 parts, all well'])
    assert.deepEqual(healthLine([part('a', 'ok')]), ['ready', '1 part, well'])
    assert.deepEqual(healthLine([part('a', 'ok'), part('b', 'degraded')]), ['waiting', 'degraded: database b'])
    const bad = [part('a', 'failed'), part('b', 'failed'), part('c', 'degraded')]
    assert.deepEqual(healthLine(bad), ['failed', '2 failed'])
  })
})
