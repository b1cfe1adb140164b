import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FieldRollUp, RollUp } from '../../../src/database/tiers/roll-up'
import { MEASURED_FIELDS, MEASURED_KEYS, TIMESTAMP_RANGE } from '../../../src/domain/reading'
import { START } from '../../support/database-samples'
import { aRow, AWKWARD_IDS, DAILY, DAY, HOUR, HOURLY, MINUTE, type Subject } from './subject'

const MEAN = { mean: 100.1234, minimum: 2.5, maximum: 120.001, p50: 119.999, p95: 120, held_s: 3599.999 } as const

/** Every field, at both ends of its range. */
function extremes(of: 'minimum' | 'maximum'): RollUp {
  const fields = MEASURED_KEYS.map((key) => {
    const field = MEASURED_FIELDS[key]
    const value = field.type === 'number' ? field[of] : Number(of === 'maximum')
    const held_s = of === 'maximum' ? 31_622_400 : 0.001
    const found: FieldRollUp = { mean: value, minimum: value, maximum: value, p50: value, p95: value, held_s }
    return [key, found] as const
  })
  return aRow({ fields: Object.fromEntries(fields) })
}

/** One step above 0, or below it, in each field: what is lost first where a store rounds. */
function steps(sign: 1 | -1): RollUp {
  const fields = MEASURED_KEYS.map((key) => {
    const field = MEASURED_FIELDS[key]
    const isNumber = field.type === 'number'
    const digits = isNumber ? Math.round(-Math.log10(field.resolution)) : 0
    const step = isNumber && (sign > 0 || field.minimum < 0) ? (sign * 1) / 10 ** digits : 0
    const mean = step === 0 ? 0 : (sign * 1) / 10 ** (digits + 1)
    const found: FieldRollUp = {
      mean,
      minimum: Math.min(step, 0),
      maximum: Math.max(step, 0),
      p50: 0,
      p95: step,
      held_s: 0.001,
    }
    return [key, found] as const
  })
  return aRow({ fields: Object.fromEntries(fields) })
}

const WHOLE: RollUp = aRow({
  ...{ samples: 1234, covered_s: 3600, completeness: 1, resets: 2, version: 7 },
  ...{ first_timestamp: START + 1, last_timestamp: START + HOUR - 1 },
  ...{ energy_kwh: 0.123457, energy_source: 'mixed', energy_integral_kwh: -0.000001, energy_step_kwh: 0.01 },
  ...{ on_s: 1800.5, switches: 3 },
  fields: { power_w: MEAN, on: { mean: 0.5, minimum: 0, maximum: 1, p50: 0, p95: 1, held_s: 3600 } },
})

export function describeRows(subject: Subject): void {
  describe('rows', () => {
    const writeAndRead = async (...rows: RollUp[]) => {
      await subject.prepare()
      await subject.tiers.write(HOURLY, rows)
      return subject.rows(HOURLY)
    }

    it('come back as they were written, bit for bit', async () => {
      assert.deepEqual(await writeAndRead(WHOLE), [WHOLE])
    })

    it('may have nothing but what each has', async () => {
      assert.deepEqual(await writeAndRead(aRow()), [aRow()])
    })

    it('may have nothing of energy, on or readings but what fields say, and the other way round', async () => {
      const on = { mean: 0.5, minimum: 0, maximum: 1, p50: 0, p95: 1, held_s: 254.241 }
      const fields = { energy_kwh: MEAN, energy_total_kwh: MEAN, on }
      const held = aRow({
        ...{ covered_s: 254.241, energy_integral_kwh: 0.000028, on_s: 254.241, switches: 0 },
        fields,
      })
      const used = aRow({ timestamp: START + HOUR, samples: 1, energy_kwh: 0.1, energy_source: 'counter' })
      assert.deepEqual(await writeAndRead(held, used), [held, used])
    })

    it('keep the ends of every range, and single steps', async () => {
      const rows = [extremes('minimum'), extremes('maximum'), steps(1), steps(-1)]
      const moved = rows.map((row, hour) => ({ ...row, timestamp: START + hour * HOUR }))
      assert.deepEqual(await writeAndRead(...moved), moved)
    })

    it('keep large and small numbers of their own', async () => {
      const large = aRow({
        ...{ duration_ms: 366 * DAY, covered_s: 31_622_400, completeness: 1, samples: 9_007_199_254, resets: 65_535 },
        ...{
          energy_kwh: 999_999.999999,
          energy_integral_kwh: -35_136.000001,
          on_s: 31_622_400,
          switches: 4_294_967_296,
        },
      })
      const small = aRow({
        ...{ timestamp: START + HOUR, samples: 1, energy_kwh: 0.000001, on_s: 0, switches: 0 },
        ...{ energy_integral_kwh: 0, energy_source: 'counter' },
      })
      assert.deepEqual(await writeAndRead(large, small), [large, small])
    })

    it('may be of the first and the last moment that there is', async () => {
      const [first, last] = [TIMESTAMP_RANGE.minimum, TIMESTAMP_RANGE.maximum - HOUR]
      const rows = [first, last].map((timestamp) => aRow({ timestamp, samples: 1, first_timestamp: timestamp }))
      await subject.prepare()
      await subject.tiers.write(HOURLY, rows)
      assert.deepEqual(await subject.rows(HOURLY, { from: first, to: last + 1 }), rows)
    })

    it('are of whoever they are of, whatever the id looks like', async () => {
      const rows = AWKWARD_IDS.map((device_id, index) => ({ ...WHOLE, device_id, samples: index }))
      assert.deepEqual(await writeAndRead(...rows), rows)
      for (const row of rows) assert.deepEqual(await subject.rows(HOURLY, { device_ids: [row.device_id] }), [row])
    })

    it('come by device and then by time, in whatever order they were written', async () => {
      const rows = ['plug-1', 'plug-2'].flatMap((device_id) =>
        [0, 1, 2].map((hour) => aRow({ device_id, timestamp: START + hour * HOUR, samples: hour })),
      )
      assert.deepEqual(await writeAndRead(...rows.toReversed()), rows)
    })

    it('are those whose buckets begin in the range, its end not included', async () => {
      await subject.prepare()
      const rows = [0, 1, 2, 3].map((hour) => aRow({ timestamp: START + hour * HOUR }))
      await subject.tiers.write(HOURLY, rows)
      const range = { from: START + HOUR, to: START + 3 * HOUR }
      assert.deepEqual(await subject.rows(HOURLY, range), rows.slice(1, 3))
      assert.deepEqual(await subject.rows(HOURLY, { from: range.from + 1, to: range.to + 1 }), rows.slice(2, 4))
    })

    it('are of the devices and have the fields that were asked for', async () => {
      await subject.prepare()
      const devices = ['a', 'b', 'c'].map((device_id) => ({ ...WHOLE, device_id }))
      await subject.tiers.write(HOURLY, devices)
      const found = await subject.rows(HOURLY, { device_ids: ['c', 'a'], fields: ['power_w', 'voltage_v'] })
      assert.deepEqual(
        found,
        ['a', 'c'].map((device_id) => ({ ...WHOLE, device_id, fields: { power_w: MEAN } })),
      )
      assert.deepEqual(await subject.rows(HOURLY, { device_ids: ['nobody'] }), [])
    })

    it('of the same device and moment are replaced as a whole', async () => {
      await subject.prepare()
      await subject.tiers.write(HOURLY, [WHOLE])
      const more = { ...WHOLE, samples: 2000, energy_kwh: 0.2 }
      await subject.tiers.write(HOURLY, [more])
      assert.deepEqual(await subject.rows(HOURLY), [more])
      await subject.tiers.write(HOURLY, [aRow({ samples: 3000 })])
      assert.deepEqual(await subject.rows(HOURLY), [aRow({ samples: 3000 })])
    })

    it('of two tiers do not mix', async () => {
      await subject.prepare()
      const day = { ...WHOLE, duration_ms: DAY, samples: 9999, fields: {} }
      await subject.tiers.write(HOURLY, [WHOLE])
      await subject.tiers.write(DAILY, [day])
      assert.deepEqual(await subject.rows(HOURLY), [WHOLE])
      assert.deepEqual(await subject.rows(DAILY), [day])
    })

    it('may be none, and may be many', async () => {
      assert.deepEqual(await writeAndRead(), [])
      const rows = ['plug-1', 'plug-2', 'plug-3'].flatMap((device_id) =>
        Array.from({ length: 1000 }, (_, index) => ({ ...WHOLE, device_id, timestamp: START + index * 15 * MINUTE })),
      )
      await subject.tiers.write(HOURLY, rows)
      assert.deepEqual(await subject.rows(HOURLY), rows)
    })
  })
}
