import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { TimeRange } from '../../../src/database/history/record-source'
import { rollUpFields } from '../../../src/database/roll-up/roll-up-fields'
import { Rolling } from '../../../src/database/roll-up/rolling'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import { MEASURED_FIELDS, MEASURED_KEYS, type MeasuredKey, type Reading } from '../../../src/domain/reading'
import { aReading, START } from '../../support/database-samples'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { atMinute, AWKWARD_IDS, bucketsFrom, DAY, HOUR, HOURLY, hours, MINUTE, SECOND, type Subject } from './subject'

/** Readings of a day, far from evenly spaced, and with all that goes wrong. */
function* aDay(device_id: string, seed: number, own: Partial<Reading> = {}): Generator<Reading> {
  const random = seededRandom(seed)
  let counted_wh = 1000 * random()
  for (let at = START - 6 * HOUR; at < START + 30 * HOUR;) {
    const chance = random()
    const pause_ms = chance < 0.01 ? 3 * HOUR * random() : chance < 0.5 ? 2 * SECOND : 60 * SECOND * random() + SECOND
    at += Math.ceil(pause_ms)
    const power_w = Math.round(1e6 * random()) / 1000
    counted_wh = chance > 0.997 ? 0 : counted_wh + (power_w * pause_ms) / HOUR
    yield aReading({
      ...{ device_id, timestamp: at, on: random() < 0.5, quality: random() < 0.02 ? 'suspect' : 'good' },
      ...(random() < 0.95 && { power_w }),
      ...(random() < 0.9 && { energy_kwh: Math.floor(counted_wh) / 1000 }),
      ...(random() < 0.3 && { temperature_c: Math.round(4000 * random()) / 100, battery_low: random() < 0.1 }),
      ...own,
    })
  }
}

function withoutCounter(readings: Iterable<Reading>): Reading[] {
  return [...readings].map(({ energy_kwh, ...rest }) => ({
    ...rest,
    // The device's own takes its place.
    ...(rest.device_id.includes('own') && energy_kwh !== undefined && { energy_total_kwh: energy_kwh }),
  }))
}

/** What `Rolling` makes of all that a device has said. */
function rolled(readings: readonly Reading[], buckets: readonly TimeRange[], of: Subject, fields: MeasuredKey[] = []) {
  const keys = rollUpFields(fields)
  const devices = [...new Set(readings.map(({ device_id }) => device_id))].sort()
  return devices.flatMap((device_id): RollUp[] => {
    const rolling = new Rolling({ buckets, maximum_gap_ms: of.underTest.maximum_gap_ms, fields })
    for (const reading of readings.filter((one) => one.device_id === device_id)) {
      const values = keys.map((key) => Number(reading[key] ?? Number.NaN))
      rolling.push({ timestamp: reading.timestamp, suspect: reading.quality === 'suspect', values })
    }
    return rolling.finish().map((row) => ({ device_id, ...row }))
  })
}

export function describeRollingUp(subject: Subject): void {
  describe('rolling up', () => {
    const rollUp = (buckets: readonly TimeRange[], device_ids: string[] = [], fields: MeasuredKey[] = []) =>
      subject.tiers.rollUp({ buckets, device_ids, fields })

    it('gives what Rolling makes of the same readings, whichever buckets are asked for', async () => {
      const readings = [
        ...aDay('plug-1', 1),
        ...aDay('plug-2', 2),
        ...withoutCounter(aDay('plug-3', 3)),
        ...withoutCounter(aDay('plug-4 of its own', 4)),
      ]
      await subject.prepare()
      await subject.put(readings)
      const cuts = [
        hours(24),
        hours(1, START + 7 * HOUR),
        bucketsFrom(START, [23 * HOUR]),
        bucketsFrom(START - HOUR, [25 * HOUR]),
        bucketsFrom(START + 5 * HOUR + 17 * MINUTE, [43 * MINUTE, HOUR, 15 * MINUTE, 15 * MINUTE]),
        bucketsFrom(START - 10 * DAY, [15 * DAY]),
      ]
      for (const buckets of cuts) assert.deepEqual(await rollUp(buckets), rolled(readings, buckets, subject))
    })

    it('asks of the fields no more than it was asked for, energy apart', async () => {
      const readings = [...aDay('plug-1', 5)]
      await subject.prepare()
      await subject.put(readings)
      const selections: MeasuredKey[][] = [['temperature_c'], ['on', 'power_w'], ['battery_low']]
      for (const fields of selections) {
        const rows = await rollUp(hours(24), [], fields)
        assert.deepEqual(rows, rolled(readings, hours(24), subject, fields))
        assert.ok(
          rows.length > 0 &&
            rows.every((row) => Object.keys(row.fields).every((key) => fields.includes(key as MeasuredKey))),
        )
      }
    })

    it('knows every field, whatever devices have', async () => {
      const values = MEASURED_KEYS.map((key) => [key, MEASURED_FIELDS[key].type === 'boolean' ? true : 7])
      const own = Object.fromEntries(values) as Partial<Reading>
      const readings = [0, 1, 2].map((minute) => atMinute('plug-1', minute, own))
      await subject.prepare()
      await subject.put(readings)
      const rows = await rollUp(hours(1))
      assert.deepEqual(rows, rolled(readings, hours(1), subject))
      assert.deepEqual(Object.keys(rows[0]?.fields ?? {}).sort(), [...MEASURED_KEYS].sort())
    })

    it('finds the counter before an outage of days, and the first reading behind the range', async () => {
      const readings = [
        atMinute('plug-1', -9 * 1440, { energy_kwh: 1 }),
        atMinute('plug-1', 30, { energy_kwh: 3 }),
        atMinute('plug-1', 59, { energy_kwh: 3.1 }),
        atMinute('plug-1', 61, { energy_kwh: 3.3 }),
        atMinute('plug-1', 3 * 1440, { energy_kwh: 9 }),
      ]
      await subject.prepare()
      await subject.put(readings)
      const rows = await rollUp(hours(1))
      assert.deepEqual(rows, rolled(readings, hours(1), subject))
      assert.equal(rows[0]?.energy_kwh, 2.2)
    })

    it('counts what was used in an outage, though the last before it and the first after it are suspect', async () => {
      const suspect = { power_w: 65_535, energy_kwh: 4000, quality: 'suspect' } as const
      const readings = [
        atMinute('plug-1', -300, { energy_kwh: 1 }),
        ...[-299, -298, -297].map((minute) => atMinute('plug-1', minute, suspect)),
        ...[28, 29].map((minute) => atMinute('plug-1', minute, suspect)),
        atMinute('plug-1', 30, { energy_kwh: 3 }),
        atMinute('plug-1', 59, { energy_kwh: 3.1 }),
        atMinute('plug-1', 60.5, suspect),
        atMinute('plug-1', 61, { energy_kwh: 3.3 }),
      ]
      await subject.prepare()
      await subject.put(readings)
      const rows = await rollUp(hours(1))
      assert.deepEqual(rows, rolled(readings, hours(1), subject))
      assert.equal(rows[0]?.energy_kwh, 2.2)
      assert.deepEqual(await rollUp(hours(1, START + HOUR)), rolled(readings, hours(1, START + HOUR), subject))
    })

    it('leaves suspect readings out, those beyond the physical range too', async () => {
      const readings = [
        ...[0, 1].map((minute) => atMinute('plug-1', minute)),
        atMinute('plug-1', 1.5, { power_w: 3000, quality: 'suspect' }),
        atMinute('plug-1', 1.7, { power_w: 1e6 }),
        atMinute('plug-1', 2),
      ]
      await subject.prepare()
      await subject.put([...readings, atMinute('plug-2', 1, { quality: 'suspect' })])
      const marked = readings.map((reading) =>
        reading.power_w === 1e6 ? { ...reading, quality: 'suspect' as const } : reading,
      )
      const rows = await rollUp(hours(1))
      assert.deepEqual(rows, rolled(marked, hours(1), subject))
      assert.deepEqual([rows[0]?.samples, rows[0]?.fields.power_w?.maximum], [3, 100])
    })

    it('is of the devices that were asked for, by device and then by time', async () => {
      const readings = AWKWARD_IDS.flatMap((device_id, index) =>
        [1, 2, 61, 62].map((minute) => atMinute(device_id, minute, { power_w: index + minute })),
      )
      await subject.prepare()
      await subject.put(readings)
      const all = rolled(readings, hours(2), subject)
      assert.deepEqual(await rollUp(hours(2)), all)
      for (const device_id of AWKWARD_IDS) {
        assert.deepEqual(
          await rollUp(hours(2), [device_id]),
          all.filter((row) => row.device_id === device_id),
        )
      }
      const two = [AWKWARD_IDS[4] as string, AWKWARD_IDS[1] as string]
      assert.deepEqual(
        await rollUp(hours(2), two),
        all.filter((row) => two.includes(row.device_id)),
      )
      assert.deepEqual(await rollUp(hours(2), ['nobody']), [])
    })

    it('takes a device whose alias, host and model have changed for the same one', async () => {
      const model = 'KP115(UK)'
      const readings = [
        ...[0, 1, 2].map((minute) => atMinute('plug-1', minute, { energy_kwh: minute / 100 })),
        ...[3, 4, 5].map((minute) => atMinute('plug-1', minute, { model, alias: 'Tea', energy_kwh: minute / 100 })),
      ]
      await subject.prepare()
      await subject.put(readings)
      assert.deepEqual(await rollUp(hours(1)), rolled(readings, hours(1), subject))
      // One moment said twice is one reading, as history has it.
      await subject.put([atMinute('plug-1', 2, { model, energy_kwh: 0.02 })])
      assert.deepEqual(await rollUp(hours(1)), rolled(readings, hours(1), subject))
    })

    it('sees what has come since, and writes nothing itself', async () => {
      const readings = [0, 2, 4].map((minute) => atMinute('plug-1', minute))
      await subject.prepare()
      await subject.put(readings)
      assert.equal((await rollUp(hours(1)))[0]?.samples, 3)
      await subject.put([atMinute('plug-1', 3, { power_w: 500 })])
      assert.equal((await rollUp(hours(1)))[0]?.samples, 4)
      assert.deepEqual(await subject.rows(HOURLY), [])
    })

    it('gives nothing of buckets in which nothing is known', async () => {
      await subject.prepare()
      await subject.put([atMinute('plug-1', 1), atMinute('plug-1', 5 * 60)])
      const rows = await rollUp(hours(24))
      assert.deepEqual(
        rows.map(({ timestamp }) => (timestamp - START) / HOUR),
        [0, 5],
      )
    })
  })
}
