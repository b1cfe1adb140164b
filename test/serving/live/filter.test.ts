import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { SEVERITIES } from '../../../src/alerting/rules/rule'
import { MEASURED_KEYS, type Reading } from '../../../src/domain/reading'
import { LiveFilter, type FilterValues } from '../../../src/serving/live/filter'
import { filterIn } from '../../../src/serving/live/filter-message'
import { ToldReading } from '../../../src/serving/live/told-reading'
import { reading } from '../../support/readings'

const IDS = ['plug-1', 'plug-2', 'plug-3'] as const

const values: fc.Arbitrary<FilterValues> = fc.record({
  device_id: fc.uniqueArray(fc.constantFrom(...IDS)),
  fields: fc.uniqueArray(fc.constantFrom(...MEASURED_KEYS)),
  events: fc.uniqueArray(fc.constantFrom('readings', 'incidents')),
  severity: fc.constantFrom(...SEVERITIES),
  changes: fc.boolean(),
})
const readings: fc.Arbitrary<Reading> = fc
  .record(
    {
      device_id: fc.constantFrom(...IDS),
      power_w: fc.integer({ min: 0, max: 2 }),
      on: fc.boolean(),
      rssi_dbm: fc.integer({ min: -60, max: -58 }),
    },
    { requiredKeys: ['device_id'] },
  )
  .map((given) => reading(given))

describe('A filter of what is told live', () => {
  it('is the same in whatever order it is written, and so is what is made of it', () => {
    fc.assert(
      fc.property(values, (given) => {
        const { key } = new LiveFilter(given)
        const turned = {
          ...given,
          device_id: given.device_id?.toReversed(),
          fields: given.fields?.toReversed(),
          events: given.events?.toReversed(),
        }
        assert.equal(new LiveFilter(turned).key, key)
        assert.equal(filterIn(JSON.stringify({ type: 'filter', ...(JSON.parse(key) as object) })).key, key)
      }),
    )
  })

  it('lets through what is asked for, with the fields that are', () => {
    fc.assert(
      fc.property(values, readings, readings, (given, before, now) => {
        const told = new ToldReading(now, { ...before, device_id: now.device_id })
        const { device_id = [], fields = [], events = [], changes } = given
        const isAsked = events.length !== 1 || events[0] === 'readings'
        const isOf = device_id.length === 0 || device_id.includes(now.device_id)
        const chosen = fields.length === 0 ? MEASURED_KEYS : fields
        const compared = fields.length === 0 ? chosen.filter((key) => !/latency|rssi/.test(key)) : fields
        const hasAny = fields.length === 0 || chosen.some((key) => now[key] !== undefined)
        const isOther = compared.some((key) => now[key] !== before[key])
        const filter = new LiveFilter(given)
        assert.equal(filter.matches(told), isAsked && isOf && hasAny)
        assert.equal(filter.passes(told), isAsked && isOf && hasAny && (!changes || isOther))
        const { timestamp, ...text } = JSON.parse(told.text(filter.fields)) as Reading
        assert.equal(timestamp, now.timestamp)
        for (const key of MEASURED_KEYS) assert.equal(text[key], chosen.includes(key) ? now[key] : undefined)
      }),
    )
  })
})
