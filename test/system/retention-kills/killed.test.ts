import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, it } from 'mocha'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { withFolder } from '../../support/database-samples'
import { startInfluxd, whyNoInfluxd } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'
import { RetainingProcess } from './retaining-process'
import { DAY_OF, heldBy, hoursOf, type Held } from './scenario'
import { InfluxdTarget, SqliteTarget, type Target } from './targets'

const KILLS = { sqlite: 200, influxd: 20 } as const
const WITHIN_MS = 300_000
/** Longer than any run. */
const NEVER_MS = WITHIN_MS

describe('retention that is killed', () => {
  it(`leaves each hour raw in full, or rolled up and verified, ${KILLS.sqlite} times: SQLite`, async function () {
    this.timeout(WITHIN_MS)
    await withFolder((folder) => assertNeverNeither(new SqliteTarget(folder), KILLS.sqlite))
  })

  it(`leaves each hour raw in full, or rolled up and verified, ${KILLS.influxd} times: InfluxDB`, async function () {
    this.timeout(WITHIN_MS)
    skipWithout(whyNoInfluxd(), this)
    const server = await startInfluxd()
    try {
      await withFolder((folder) => assertNeverNeither(new InfluxdTarget(server, folder), KILLS.influxd))
    } finally {
      await server.stop()
    }
  })
})

/** Kills it at any moment of a run, and lets the next one go on from there; where one comes to its end, all begins anew. */
async function assertNeverNeither(target: Target, kills: number): Promise<void> {
  const seed = randomInt(2 ** 32)
  console.log(`      seed ${seed}`)
  const random = seededRandom(seed)
  await target.refill()
  const before = await target.ask(heldBy)
  const hours = await target.ask(hoursOf)
  const whole_ms = (await new RetainingProcess(target).run(NEVER_MS)) ?? NEVER_MS
  const after = await target.ask(heldBy)
  assertThinned(before, after)
  await target.refill()

  let ends = 0
  let next = new RetainingProcess(target)
  try {
    for (let killed = 0; killed < kills;) {
      const present = next
      next = new RetainingProcess(target)
      const took_ms = await present.run(whole_ms * random())
      if (took_ms === undefined) {
        killed += 1
        assertKept(await target.ask(heldBy), { raw: before.raw, hours, days: after.days })
      } else {
        ends += 1
        assert.deepEqual(await target.ask(heldBy), after)
        await target.refill()
      }
    }
    await next.run(NEVER_MS)
    assert.deepEqual(await target.ask(heldBy), after)
  } finally {
    await next.end()
  }
  console.log(`      a run takes ${Math.round(whole_ms)} ms; ${ends + 1} came to their end`)
}

/** That there was something to lose: without it the rest would pass as well where nothing is done. */
function assertThinned(before: Held, after: Held): void {
  const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)
  assert.ok(before.hours.size === 0 && before.days.size === 0)
  assert.ok(sum(after.raw.values()) < sum(before.raw.values()) / 2, 'raw readings were expired')
  assert.ok(after.hours.size > 0, 'hours were rolled up')
  assert.ok(after.days.size > 0, 'days were rolled up')
}

/** @param whole raw readings of each hour, and the row of each hour and day */
function assertKept(held: Held, whole: Held): void {
  const isSame = (rows: 'hours' | 'days', key: string) => held[rows].get(key) === whole[rows].get(key)
  for (const [hour, count] of whole.raw) {
    const day = DAY_OF.get(hour) ?? ''
    const isRaw = (held.raw.get(hour) ?? 0) === count
    const isRolledUp = (held.hours.has(hour) && isSame('hours', hour)) || (held.days.has(day) && isSame('days', day))
    assert.ok(isRaw || isRolledUp, `${hour} is neither raw nor rolled up`)
  }
}
