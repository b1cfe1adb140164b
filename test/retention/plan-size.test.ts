import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Tier } from '../../src/database/tiers/tier'
import { planSize } from '../../src/retention/plan-size'

describe('What a plan takes on disk, roughly', () => {
  const tier = (more: Partial<Tier> = {}): Tier => {
    return { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [], ...more }
  }
  const size = (raw_keep_days: number, ...tiers: Tier[]) => planSize({ raw_keep_days, tiers, time_zone: 'UTC' })

  it('grows with how long readings are kept, up to a year', () => {
    const { raw_bytes } = size(1)
    assert.equal(size(7).raw_bytes, 7 * raw_bytes)
    assert.equal(size(730).raw_bytes, 365 * raw_bytes)
    assert.equal(size(0).raw_bytes, 365 * raw_bytes)
  })

  it('grows with the rows of each tier', () => {
    const [hourly = 0, quarterly, daily, monthly] = size(
      7,
      tier(),
      tier({ bucket: { unit: 'minute', count: 15 } }),
      tier({ bucket: { unit: 'day', count: 1 } }),
      tier({ bucket: { unit: 'month', count: 1 }, keep_days: 0 }),
    ).tier_bytes
    assert.equal(quarterly, 4 * hourly)
    assert.equal(daily, hourly / 24)
    assert.equal(monthly, (hourly / 720) * 12)
  })

  it('is less where fewer fields are kept', () => {
    const [all = 0, power = 0] = size(7, tier(), tier({ fields: ['power_w'] })).tier_bytes
    assert.ok(power > 0 && power < all / 3, `${power} of ${all}`)
  })
})
