import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { RollUp } from '../../src/database/tiers/roll-up'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { seededRandom } from '../../src/simulator/seeded-random'
import { START, withFolder } from '../support/database-samples'
import { FakeClock } from '../support/fake-clock'
import { polled } from '../support/loads/polled-device'
import { TraceLoad } from '../support/loads/trace-load'
import { retaining } from '../support/retaining'
import { makeDatabase } from '../support/sqlite'
import { hasTraces, loadTrace, traceNames, WITHOUT_TRACES } from '../support/traces'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const LARGEST_SHARE = 0.01
/** Of the counter: where this is more than the share, nobody can know better. */
const STEP_KWH = 0.001
/** What the counter shows too little at both ends: below, polls tell power as well as it does. */
const STEPS_KWH = 2 * STEP_KWH
const ENOUGH_KWH = 0.1
const HOURS_OF_DAY = 24
/** The day, and a little of what comes before and after, so that its edges are seen. */
const RANGE = { from: START - 5 * MINUTE, to: START + DAY + 5 * MINUTE }

describe('days of real appliances', () => {
  it('keep their energy and mean power to 1 % when they are polled adaptively, rolled up and expired', async function () {
    this.timeout(120_000)
    if (!hasTraces) {
      console.log(WITHOUT_TRACES)
      this.skip()
    }
    const truth = new Map<string, number>()
    const rows = await withRolledUp(truth)
    const errors = rows.map(({ device_id, energy_kwh = 0, fields }) => {
      const true_kwh = truth.get(device_id) ?? Number.NaN
      const of_power_kwh = ((fields.power_w?.mean ?? Number.NaN) * HOURS_OF_DAY) / 1000
      const unseen_kwh = true_kwh < ENOUGH_KWH ? STEPS_KWH : 0
      return {
        energy: shareOfError(`${device_id}: energy`, energy_kwh, true_kwh, STEP_KWH),
        power: shareOfError(`${device_id}: mean power over the day`, of_power_kwh, true_kwh, unseen_kwh),
      }
    })
    assert.equal(rows.length, truth.size)
    for (const [what, least] of [
      ['energy', '1 Wh'],
      ['power', '2 Wh'],
    ] as const) {
      const within = errors.filter((error) => error[what] <= LARGEST_SHARE).length
      console.log(
        `      ${what}: ${within} of ${errors.length} days within 1 %, the others, which use little, within ${least}`,
      )
    }
  })
})

/** No more than the largest, or than so much. */
function shareOfError(name: string, told_kwh: number, true_kwh: number, unseen_kwh: number): number {
  const error_kwh = Math.abs(told_kwh - true_kwh)
  const words = `${name}: ${told_kwh} kWh, not ${true_kwh} kWh`
  assert.ok(error_kwh <= Math.max(LARGEST_SHARE * true_kwh, unseen_kwh), words)
  return error_kwh / true_kwh
}

/** @param truth takes the energy of each day */
async function withRolledUp(truth: Map<string, number>): Promise<readonly RollUp[]> {
  let rows: readonly RollUp[] = []
  await withFolder(async (folder) => {
    const database = makeDatabase(join(folder, 'readings.db'), { settings: { batch_delay_ms: 0, durability: 'none' } })
    await database.start()
    for (const [index, name] of traceNames().entries()) {
      const load = new TraceLoad(RANGE, loadTrace(name), START)
      truth.set(name, load.energy_kwh(START, START + DAY))
      const random = seededRandom(index)
      await database.write([...polled({ device_id: name, load, counter: 'lifetime', random })])
    }
    assert.ok(await database.settle(60_000))
    const options = parseRetentionOptions({ time_zone: 'UTC', raw_keep_days: 1 })
    const { tiers } = database
    const retention = retaining(database, options, new FakeClock(START + 2.5 * DAY))
    await retention.run(false)
    await retention.stop()
    const daily = options.tiers.find(({ name }) => name === 'daily')
    assert.ok(daily)
    rows = await tiers.store.read({ tier: daily, from: START, to: START + DAY, device_ids: [], fields: [] })
    await database.stop()
  })
  return rows
}
