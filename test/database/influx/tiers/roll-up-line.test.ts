import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { rollUpLine } from '../../../../src/database/influx/tiers/roll-up-line'
import { keysOf, rollUpOf } from '../../../../src/database/influx/tiers/roll-up-record'
import { storedText } from '../../../../src/database/line-protocol/line-text'
import type { RollUp } from '../../../../src/database/tiers/roll-up'
import { MEASURED_KEYS, TIMESTAMP_RANGE, type MeasuredKey } from '../../../../src/domain/reading'
import { names } from '../../../support/line-samples'
import { StoredLines } from '../../../support/stored-lines'

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const moment = fc.integer({ min: TIMESTAMP_RANGE.minimum, max: TIMESTAMP_RANGE.maximum })
const statistics = fc.record(
  { mean: number, minimum: number, maximum: number, p50: number, p95: number, held_s: number },
  { noNullPrototype: true },
)
const rows = fc.record(
  {
    ...{ device_id: names, timestamp: moment, duration_ms: fc.nat(), samples: fc.nat(), covered_s: number },
    ...{ completeness: number, resets: fc.nat(), version: fc.nat(), first_timestamp: moment, last_timestamp: moment },
    ...{ energy_kwh: number, energy_integral_kwh: number, energy_step_kwh: number, on_s: number, switches: fc.nat() },
    energy_source: fc.constantFrom('counter', 'integral', 'mixed'),
    fields: fc
      .dictionary(fc.constantFrom(...MEASURED_KEYS), statistics, { maxKeys: 5 })
      .map((fields) => ({ ...fields }) as Partial<Record<MeasuredKey, RollUp['fields'][MeasuredKey]>>),
  },
  {
    requiredKeys: [
      ...(['device_id', 'timestamp', 'duration_ms', 'samples', 'covered_s', 'completeness', 'resets'] as const),
      ...(['version', 'fields'] as const),
    ],
    noNullPrototype: true,
  },
) as fc.Arbitrary<object> as fc.Arbitrary<RollUp>

/** What a server has of these rows, written one after the other. */
function stored(...written: readonly RollUp[]): (RollUp | undefined)[] {
  const lines = new StoredLines()
  for (const row of written) assert.deepEqual(lines.store(rollUpLine('reading_hourly', row)), [])
  return lines.lines.map(({ timestamp, tags, fields }) => {
    const device_id = storedText(tags.get('device_id') ?? '')
    const get = (column: string) => (column === 'device_id' ? device_id : fields.get(column))
    return rollUpOf({ timestamp, get }, keysOf([]))
  })
}

describe('a row of a tier as line protocol', () => {
  it('comes back bit for bit', () => {
    fc.assert(fc.property(rows, (row) => assert.deepEqual(stored(row), [row])))
  })

  it('takes the place of another one, whatever that had', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const { device_id, timestamp } = one
        const next = { ...other, device_id, timestamp }
        assert.deepEqual(stored(one, next), [next])
      }),
    )
  })

  it('is none where somebody else has written something there', () => {
    const foreign = new Map<string, unknown>([
      ['device_id', 'plug-1'],
      ['samples', 3],
    ])
    assert.equal(rollUpOf({ timestamp: 0, get: (column) => foreign.get(column) }, keysOf([])), undefined)
  })
})
