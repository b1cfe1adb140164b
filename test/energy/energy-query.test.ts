import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { hasCode } from '../domain/tariffs/has-code'

const NOW = Date.parse('2025-03-31T10:00+02:00')
const parse = (given: Record<string, unknown>) => parseEnergyQuery({ time_zone: 'Europe/Berlin', ...given }, NOW)

describe('A query for energy', () => {
  it('is for the hours of yesterday, where nothing is said', () => {
    assert.deepEqual(parse({ from: '', to: null, device_ids: '' }), {
      ...{ from: Date.parse('2025-03-30T00:00+01:00'), to: Date.parse('2025-03-31T00:00+02:00') },
      ...{ device_ids: [], period: 'hour', time_zone: 'Europe/Berlin' },
    })
  })

  it('knows where the local day and month begin', () => {
    assert.equal(parse({ from: 'today', to: 'now' }).from, Date.parse('2025-03-31T00:00+02:00'))
    assert.equal(parse({ from: 'this-month', to: 'now' }).from, Date.parse('2025-03-01T00:00+01:00'))
    const { from, to } = parse({ from: 'last-month', to: 'this-month', period: 'month' })
    assert.deepEqual([from, to], [Date.parse('2025-02-01T00:00+01:00'), Date.parse('2025-03-01T00:00+01:00')])
  })

  it('takes moments and devices as history does', () => {
    const { from, to, device_ids } = parse({ from: '-2h', to: NOW, device_ids: 'fridge, oven' })
    assert.deepEqual([from, to, device_ids], [NOW - 7_200_000, NOW, ['fridge', 'oven']])
  })

  it('begins so many hours ago with a whole hour, so that nothing is estimated', () => {
    const at = (from: string, to = 'now') => {
      const query = parseEnergyQuery({ time_zone: 'Asia/Kolkata', from, to }, Date.parse('2025-03-31T10:17:23+05:30'))
      return [query.from, query.to].map((moment) => new Date(moment).toISOString())
    }
    assert.deepEqual(at('-24h'), ['2025-03-30T04:30:00.000Z', '2025-03-31T04:47:23.000Z'])
    assert.deepEqual(at('-7d', '-24h'), ['2025-03-24T04:30:00.000Z', '2025-03-30T04:30:00.000Z'])
    assert.deepEqual(at('-30m')[0], '2025-03-31T04:17:23.000Z')
  })

  it('goes by the clocks of the tariff', () => {
    const query = parseEnergyQuery({ time_zone: 'Europe/Berlin' }, NOW, { time_zone: 'Asia/Kolkata' })
    assert.equal(query.from, Date.parse('2025-03-30T00:00+05:30'))
  })

  it('names what it does not understand', () => {
    const refuses = (given: Record<string, unknown>, message: RegExp) =>
      assert.throws(() => parse(given), hasCode('INPUT_INVALID', message))
    refuses(
      { from: 'tomorrow' },
      /^from: "tomorrow".*"now", "today", "yesterday", "this-month", "last-month", or "-24h"/,
    )
    refuses({ from: 'today', to: 'yesterday' }, /^to: "yesterday".*after from/)
    refuses({ from: '2005-01-01' }, /^from: .*11 years/)
    refuses({ period: 'week' }, /^period: "week".*hour, day, month, billing/)
    refuses({ period: 'billing' }, /^period: "billing".*without a tariff/)
    refuses({ time_zone: 'Bonn' }, /^time_zone: "Bonn"/)
    refuses({ fields: 'power_w' }, /^query: "fields".*only the keys/)
  })
})
