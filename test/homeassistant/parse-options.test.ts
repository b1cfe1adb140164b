import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { flatTariff } from '../../src/domain/tariffs/flat-tariff'
import { parseHomeAssistantOptions } from '../../src/homeassistant/parse-options'

const refusal = (given: object) => {
  try {
    parseHomeAssistantOptions({ ...given })
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    assert.equal(thrown.code, 'CONFIG_INVALID')
    return thrown.details.field
  }
  return undefined
}

describe('The settings of Home Assistant', () => {
  it('have a default each', () => {
    const options = parseHomeAssistantOptions({})
    assert.deepEqual([options.base_topic, options.discovery_prefix], ['kasa', 'homeassistant'])
    assert.deepEqual(
      [options.discovery, options.heartbeat_s, options.tariff, options.rates],
      ['device', 900, undefined, []],
    )
  })

  it('take blank fields of a form for the default', () => {
    const blank = { base_topic: ' ', discovery_prefix: '', price: '', currency: '' }
    assert.deepEqual(parseHomeAssistantOptions(blank), parseHomeAssistantOptions({}))
  })

  it('have topics of several levels', () => {
    const { base_topic } = parseHomeAssistantOptions({ base_topic: ' house_1/kasa-2 ' })
    assert.equal(base_topic, 'house_1/kasa-2')
  })

  const wrong = ['+', '#', 'kasa/#', '/kasa', 'kasa/', 'ka//sa', '$SYS', 'kä', 'ka sa', 'k\0', 'x'.repeat(65), 7, {}]
  for (const topic of wrong) {
    it(`have no topic ${JSON.stringify(topic).slice(0, 20)}`, () => {
      assert.equal(refusal({ base_topic: topic }), 'base_topic')
      assert.equal(refusal({ discovery_prefix: topic }), 'discovery_prefix')
    })
  }

  it('keep our own topics apart from the announcements', () => {
    assert.equal(refusal({ base_topic: 'homeassistant' }), 'base_topic')
  })

  it('have a price with its currency, and none where it is 0', () => {
    assert.deepEqual(parseHomeAssistantOptions({ price: 0.32 }).tariff, flatTariff(0.32, 'EUR'))
    assert.deepEqual(parseHomeAssistantOptions({ price: 3, currency: 'sek' }).tariff, flatTariff(3, 'SEK'))
    assert.equal(parseHomeAssistantOptions({ price: 0, currency: '€' }).tariff, undefined)
  })

  it('leave price and currency alone where there is a tariff', () => {
    const tariff = flatTariff(0.4, 'CHF')
    assert.equal(parseHomeAssistantOptions({ price: 3, currency: '€' }, tariff).tariff, tariff)
  })

  it('name the price or currency that is none', () => {
    for (const price of [-1, 1001, NaN, Infinity, '3', {}]) assert.equal(refusal({ price }), 'price')
    for (const currency of ['€', 'EURO', 'E1R', 7]) assert.equal(refusal({ price: 1, currency }), 'currency')
  })

  it('have rates of keys that states have, each once', () => {
    const rates = [
      { key: 'power_w', deadband: 5, every_s: 10 },
      { key: 'led', deadband: 0, every_s: 0 },
    ]
    assert.deepEqual(parseHomeAssistantOptions({ rates }).rates, rates)
    assert.equal(refusal({ rates: [rates[0], rates[0]] }), 'rates')
    assert.equal(refusal({ rates: 'power_w' }), 'rates')
  })

  const broken: [object | null, string][] = [
    [{ key: 'toString', deadband: 0, every_s: 0 }, 'rates.0.key'],
    [{ key: 'power', deadband: 0, every_s: 0 }, 'rates.0.key'],
    [null, 'rates.0.key'],
    [{ key: 'power_w', deadband: -1, every_s: 0 }, 'rates.0.deadband'],
    [{ key: 'power_w', deadband: NaN, every_s: 0 }, 'rates.0.deadband'],
    [{ key: 'power_w', deadband: 0, every_s: 86_401 }, 'rates.0.every_s'],
  ]
  for (const [rate, field] of broken) {
    it(`name ${field} of ${JSON.stringify(rate)}`, () => assert.equal(refusal({ rates: [rate] }), field))
  }

  it('are read or refused by name, whatever is given', () => {
    const keys = ['base_topic', 'discovery_prefix', 'price', 'currency', 'rates', 'discovery', 'settle_ms']
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), (key, value) => {
        const field = refusal({ [key]: value })
        assert.ok(field === undefined || field.startsWith(key))
      }),
    )
  })
})
