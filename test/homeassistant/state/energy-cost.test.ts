import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { EnergyCost, parseSavedCost } from '../../../src/homeassistant/state/energy-cost'

const PRICE = { per_kwh: 0.25, currency: 'EUR' }

describe('what energy costs', () => {
  it('is unknown before there is energy, and counts from there on', () => {
    const cost = new EnergyCost(PRICE)
    assert.deepEqual([cost.value, cost.save()], [undefined, undefined])
    assert.deepEqual([cost.observe(100), cost.value], [true, 0])
    assert.deepEqual([cost.observe(104), cost.value], [true, 1])
    assert.equal(cost.observe(104), false)
  })

  it('goes on after a restart with what was used meanwhile, at the price of then', () => {
    const cost = new EnergyCost(PRICE)
    cost.observe(100)
    cost.observe(104)
    const saved = parseSavedCost(JSON.parse(JSON.stringify(cost.save())))
    const later = new EnergyCost({ per_kwh: 0.5, currency: 'EUR' }, saved)
    later.observe(106)
    assert.equal(later.value, 2)
  })

  it('begins anew in another currency', () => {
    const later = new EnergyCost({ per_kwh: 1, currency: 'CHF' }, { amount: 7, energy_kwh: 1, currency: 'EUR' })
    assert.equal(later.value, undefined)
    later.observe(9)
    assert.equal(later.value, 0)
  })

  it('never falls, whatever a lost counter says', () => {
    const cost = new EnergyCost(PRICE)
    for (const energy_kwh of [100, 104, 3, NaN, -1, Infinity, undefined, 5]) cost.observe(energy_kwh)
    assert.equal(cost.value, 1.5)
    assert.deepEqual(cost.save(), { amount: 1.5, energy_kwh: 5, currency: 'EUR' })
  })

  it('is not believed from a file that is damaged', () => {
    const sound = { amount: 1, energy_kwh: 2, currency: 'EUR' }
    assert.deepEqual(parseSavedCost({ ...sound, more: true }), sound)
    for (const given of [undefined, null, 5, 'x', [], {}, { ...sound, amount: -1 }, { ...sound, energy_kwh: '2' }]) {
      assert.equal(parseSavedCost(given), undefined)
    }
  })
})
