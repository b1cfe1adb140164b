import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { KnownDetails, addNews } from '../../../src/integrations/kasa/known-details'

const NOW = Date.UTC(2026, 0, 5)

describe('the details of a device', () => {
  let known: KnownDetails
  beforeEach(() => {
    known = new KnownDetails('plug')
  })

  it('are told as a whole, once after each change', () => {
    assert.equal(known.take(), undefined)
    known.set('led', true)
    known.set('ssid', 'home')
    assert.deepEqual(known.take(), { device_id: 'plug', led: true, ssid: 'home' })
    known.set('led', true)
    assert.equal(known.take(), undefined)
    known.set('led', false)
    assert.deepEqual(known.take(), { device_id: 'plug', led: false, ssid: 'home' })
  })

  it('leave out what the device no longer says', () => {
    known.set('effect', 'Aurora')
    known.take()
    known.set('effect', undefined)
    assert.deepEqual(known.take(), { device_id: 'plug' })
  })

  it('hold a moment that only wavers, and tell one that is another', () => {
    known.setOnSince(true, 100, NOW)
    assert.equal(known.take()?.on_since, NOW - 100_000)
    for (const [on_time, after_ms] of [
      [109, 10_000],
      [110, 10_900],
      [125, 20_400],
    ] as const) {
      known.setOnSince(true, on_time, NOW + after_ms)
      assert.equal(known.take(), undefined)
    }
    known.setOnSince(true, 3, NOW + 30_000)
    assert.equal(known.take()?.on_since, NOW + 27_000)
  })

  it('know no moment of a device that is off, however long it counts on', () => {
    known.setOnSince(true, 100, NOW)
    known.take()
    known.setOnSince(false, 110, NOW + 10_000)
    assert.deepEqual(known.take(), { device_id: 'plug' })
  })

  it('hold no moment that cannot be one, whatever a device says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.double()), (on_time) => {
        const anything = new KnownDetails('plug')
        anything.setOnSince(true, on_time, NOW)
        const { on_since } = anything.take() ?? {}
        assert.ok(on_since === undefined || (Number.isInteger(on_since) && on_since > 0))
      }),
    )
  })

  it('make no list while there is nothing to tell', () => {
    assert.equal(addNews(undefined, known), undefined)
    known.set('led', true)
    assert.deepEqual(addNews(undefined, known), [{ device_id: 'plug', led: true }])
  })
})
