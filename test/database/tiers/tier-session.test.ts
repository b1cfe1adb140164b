import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { TierSession } from '../../../src/database/tiers/tier-session'
import { MemoryCatalog } from '../../support/memory-catalog'
import { MemoryTiers } from '../../support/memory-tiers'

function sessionOf(catalog: MemoryCatalog): TierSession {
  return new TierSession(new MemoryTiers(), catalog, {
    onRollUp: () => {},
    onExpire: () => Promise.resolve(),
    onExpired: () => {},
    keepOut: (_range, work) => work(),
  })
}

describe('What goes on with the tiers while a backup is put back', () => {
  it('waits, and goes on where that fails', async () => {
    const catalog = new MemoryCatalog()
    const session = sessionOf(catalog)
    let fail = () => {}
    const failing = session.during(
      () => new Promise((_, reject) => (fail = () => reject(new Error('the backup is damaged')))),
    )
    const change = session.catalog.setWatermark('hourly', 7000)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(catalog.watermark('hourly'), undefined)
    fail()
    await assert.rejects(failing, /damaged/)
    await change
    assert.equal(catalog.watermark('hourly'), 7000)
  })

  it('ends where it is there: what was found out before is not true of it', async () => {
    const session = sessionOf(new MemoryCatalog())
    const restored = session.during(() => Promise.resolve('aside'))
    const change = session.catalog.setWatermark('hourly', 7000)
    assert.equal(await restored, 'aside')
    await assert.rejects(change, { code: 'DATABASE_UNAVAILABLE' })
  })
})
