import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { evenBuckets } from '../../../src/database/history/bucket-edges'
import { downsample } from '../../../src/database/history/downsample'
import { composed } from '../../../src/database/roll-up/composed'
import { rollUpFields } from '../../../src/database/roll-up/roll-up-fields'
import type { DeviceRow } from '../../../src/database/roll-up/rolling'
import type { Sample } from '../../../src/database/roll-up/sample'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { buckets, HOUR, hours, MINUTE, rolled, sample, SECOND } from './rolled'

const MS_W_PER_KWH = 3.6e9
const DAY = buckets(0, 24 * HOUR)

interface Story {
  readonly power_w: (minute: number) => number
  /** What the counter shows, of what it has counted. */
  readonly shown?: (kwh: number) => number
  readonly every_min?: number
  readonly until?: number
}

/** Power that changes each minute and is counted, of which polls see little. */
function polled({ power_w, shown = wattHours, every_min = 3, until = 24 * HOUR }: Story): Sample[] {
  const samples: Sample[] = []
  let kwh = 5.4321
  for (let minute = -10; minute * MINUTE <= until + 10 * MINUTE; minute += 1) {
    const now_w = power_w(minute)
    if (minute % every_min === 0) samples.push(sample(minute * MINUTE, { power_w: now_w, energy_kwh: shown(kwh) }))
    kwh += (now_w * MINUTE) / MS_W_PER_KWH
  }
  return samples
}

function steps(kwh: number): (counted: number) => number {
  return (counted) => kwh * Math.floor(counted / kwh)
}
const wattHours = steps(0.001)

/** 1500 W for a minute now and then, of which some are polled, and little between. */
function pulses(seed: number, share = 0.1, idle_w = 4): (minute: number) => number {
  const random = seededRandom(seed)
  const watts = Array.from({ length: 24 * 60 + 40 }, () => (random() < share ? 1500 : idle_w))
  // Whatever is polled, it is seen at both.
  watts[10 + 30] = 1500
  return (minute) => watts[minute + 10] as number
}

function trueMean(power_w: Story['power_w'], minutes = 24 * 60): number {
  let sum = 0
  for (let minute = 0; minute < minutes; minute += 1) sum += power_w(minute)
  return sum / minutes
}

const meanOf = (row: Pick<DeviceRow, 'fields'> | undefined) => row?.fields.power_w?.mean ?? Number.NaN
const heldMeanOf = ({ energy_integral_kwh = Number.NaN, duration_ms }: DeviceRow) =>
  (energy_integral_kwh * MS_W_PER_KWH) / duration_ms
const ofDevice = (rows: readonly DeviceRow[]) => rows.map((row): RollUp => ({ device_id: 'plug', ...row }))
const dayOf = (samples: readonly Sample[]) => rolled(samples, DAY)[0] as DeviceRow

function assertHeld(row: DeviceRow): void {
  assert.ok(Math.abs(meanOf(row) - heldMeanOf(row)) < 0.001 * Math.abs(heldMeanOf(row)), `${meanOf(row)}`)
}

describe('the mean of power', () => {
  it('is the counter’s, which sees what comes and goes between two polls', () => {
    const power_w = (minute: number) => (minute % 40 < 2 ? 1500 : minute % 12 === 5 ? 1200 : 4)
    const row = dayOf(polled({ power_w, every_min: 4 }))
    const true_w = trueMean(power_w)
    assert.ok(Math.abs(heldMeanOf(row) / true_w - 1) > 0.05, 'polls would have told it as well')
    assert.ok(Math.abs(meanOf(row) / true_w - 1) < 0.01, `${meanOf(row)} W, not ${true_w} W`)
    assert.equal(row.energy_step_kwh, 0.001)
  })

  it('is the same in rows of readings, in rows of rows, and in history', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      // By hours too little to tell by the counter alone, by the day enough; or enough in some hours; or never.
      const power_w = pulses(seed, [0.01, 0.2, 0.002][seed % 3], seed % 2)
      const samples = polled({ power_w, shown: steps([0.001, 0.01, 1, 0.0004][seed % 4] as number) })
      const row = dayOf(samples)
      const ofHours = composed(ofDevice(rolled(samples, hours(24))), DAY)
      const byWayOfSix = composed(
        composed(ofDevice(rolled(samples, hours(24))), buckets(0, ...Array<number>(4).fill(6 * HOUR))),
        DAY,
      )
      const options = { from: 0, to: 24 * HOUR, maximum_gap_ms: 5 * MINUTE, fields: rollUpFields([]) }
      const history = [...downsample(samples, { ...options, buckets: evenBuckets(24 * HOUR) })]
      assert.equal(ofHours[0]?.energy_step_kwh, row.energy_step_kwh)
      for (const other of [ofHours[0], byWayOfSix[0], history[0]]) {
        const other_w = other?.fields.power_w?.mean ?? Number.NaN
        assert.ok(Math.abs(other_w - meanOf(row)) <= 0.002, `${seed}: ${other_w} W, not ${meanOf(row)} W`)
      }
    }
  })

  it('is of the counter in a day whose hours are too short for that', () => {
    const power_w = (minute: number) => ((minute + 10) % 37 < 2 ? 700 : 1)
    const samples = polled({ power_w, every_min: 5 })
    const rows = rolled(samples, hours(24))
    assert.ok(rows.every(({ energy_kwh = 0 }) => energy_kwh < 0.1))
    const [made] = composed(ofDevice(rows), DAY)
    assert.ok(Math.abs(meanOf(made) / trueMean(power_w) - 1) < 0.01, `${meanOf(made)} W`)
  })

  it('gets no worse by a counter that steps by 10 Wh or 1 kWh, or by less than anybody shows', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(1e6),
          step_kwh: fc.constantFrom(0.0001, 0.001, 0.01, 0.1, 1),
          share: fc.constantFrom(0.002, 0.05, 0.5),
          idle_w: fc.constantFrom(0, 5, 300),
          every_min: fc.integer({ min: 1, max: 5 }),
        }),
        ({ seed, step_kwh, share, idle_w, every_min }) => {
          const power_w = pulses(seed, share, idle_w)
          const until = 6 * HOUR
          for (const row of rolled(polled({ power_w, shown: steps(step_kwh), every_min, until }), hours(6))) {
            const minutes = row.timestamp / MINUTE
            const true_w = trueMean((minute) => power_w(minute + minutes), 60)
            const unseen_w = step_kwh <= 0.001 ? 1 + unseenAtEdges(power_w, minutes, every_min) : 0
            const worst_w = Math.max(Math.abs(heldMeanOf(row) - true_w), 0.01 * true_w) + unseen_w + 0.001
            assert.ok(Math.abs(meanOf(row) - true_w) <= worst_w, `${meanOf(row)} W, not ${true_w} W`)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tells coarse counters by what they rise by', () => {
    for (const [step_kwh, told] of [
      [0.0001, 0.001],
      [0.001, 0.001],
      [0.01, 0.01],
      [1, 1],
    ] as const) {
      const row = dayOf(polled({ power_w: pulses(3, 0.5), shown: steps(step_kwh) }))
      assert.equal(row.energy_step_kwh, told)
    }
    const still = dayOf(polled({ power_w: () => 0 }))
    assert.equal(still.energy_step_kwh, undefined)
  })

  it('is what was polled where the counter has come to its end, counts what is taken alone, or knows of what was never seen', () => {
    const power_w = () => 100
    assertHeld(dayOf(polled({ power_w, shown: (kwh) => Math.min(wattHours(kwh), 6.5) })))
    // It feeds in by day, and that is not counted.
    const roof = (minute: number) => (minute > 600 && minute < 900 ? -500 : 40)
    assertHeld(dayOf(polled({ power_w: roof, shown: (kwh) => wattHours(kwh + 4) })))
    const unseen = (minute: number) => (minute % 3 === 1 ? 900 : 2)
    const row = dayOf(polled({ power_w: unseen }))
    assert.equal(meanOf(row), 2)
    assert.ok((row.energy_kwh ?? 0) > 7)
  })

  it('is what was polled where the counter began anew, or an outage leaves it open when it rose', () => {
    const samples = polled({ power_w: pulses(5) })
    const forgot = samples.map((one) =>
      sample(one.timestamp, {
        power_w: valueOf(one, 'power_w'),
        energy_kwh: valueOf(one, 'energy_kwh') - (one.timestamp < 9 * HOUR ? 0 : 9),
      }),
    )
    const counted = forgot.filter((one) => valueOf(one, 'energy_kwh') >= 0)
    assertHeld({ ...dayOf(counted), ...{ duration_ms: 1000 * (dayOf(counted).fields.power_w?.held_s ?? 0) } })
    const away = samples.filter(({ timestamp }) => timestamp < 9 * HOUR || timestamp > 9 * HOUR + 20 * MINUTE)
    const row = dayOf(away)
    assert.equal(row.energy_source, 'counter')
    assertHeld({ ...row, duration_ms: 1000 * (row.fields.power_w?.held_s ?? 0) })
  })

  it('lies between the least and the most that was polled, whatever the counter says', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 240 }), fc.nat(3000), fc.nat(400)), { minLength: 20 })
    fc.assert(
      fc.property(some, (drafts) => {
        let [at, wh] = [-1, 1000]
        const samples = drafts.map(([after_s, power_w, more_wh]) => {
          at += after_s * SECOND
          wh += more_wh
          return sample(at, { power_w, energy_kwh: wh / 1000 })
        })
        for (const { fields } of rolled(samples, buckets(0, ...Array<number>(8).fill(10 * MINUTE)))) {
          const { minimum = 0, mean = 0, maximum = 0 } = fields.power_w ?? {}
          assert.ok(minimum <= mean && mean <= maximum)
        }
      }),
    )
  })
})

/** As watts of an hour: what was used between the two polls around each of its ends, which is spread evenly over them. */
function unseenAtEdges(power_w: Story['power_w'], minute: number, every_min: number): number {
  return [minute, minute + 60].reduce((sum, edge) => {
    const before = Math.floor(edge / every_min) * every_min
    for (let at = before; at < before + every_min && before !== edge; at += 1) sum += power_w(at) / 60
    return sum
  }, 0)
}

function valueOf({ values }: Sample, key: 'power_w' | 'energy_kwh'): number {
  return values[rollUpFields([]).indexOf(key)] as number
}
