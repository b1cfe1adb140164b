import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import { Counters } from '../../src/polling/statistics'

describe('Counters', () => {
  it('counts failures by code', () => {
    const counters = new Counters()
    counters.failed('REPLY_TIMEOUT')
    counters.failed('REPLY_TIMEOUT')
    counters.failed('CONNECT_FAILED')
    const { failures, failures_by_code, in_flight, waiting } = counters.snapshot({
      ...{ in_flight: 3, waiting: 4, places: 64, slowdown: 1 },
      circuits: { closed: 1, open: 0, 'half-open': 0 },
    })
    assert.deepEqual(
      { failures, failures_by_code },
      { failures: 3, failures_by_code: { REPLY_TIMEOUT: 2, CONNECT_FAILED: 1 } },
    )
    assert.deepEqual({ in_flight, waiting }, { in_flight: 3, waiting: 4 })
  })
})
