import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { keepUntil } from '../../../src/serving/routes/common'

const NOW_MS = Date.UTC(2026, 5, 1)

describe('An answer about a stretch of time', () => {
  for (const to of ['2026-05-31', '2026-05-31T23:59:59Z', String(NOW_MS - 1)]) {
    it(`is kept as history where it ends ${to}, which is over`, () => assert.equal(keepUntil(to, NOW_MS), 'history'))
  }

  for (const to of [undefined, 'now', '-1h', 'today', '2026-06-02', 'nonsense']) {
    it(`is kept no longer than what is live where it ends ${to ?? 'now, because nothing is said'}`, () => {
      assert.equal(keepUntil(to, NOW_MS), 'live')
    })
  }
})
