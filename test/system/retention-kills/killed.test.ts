import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, it } from 'mocha'
import { sameRollUp } from '../../../src/database/roll-up/comparison'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { withFolder } from '../../support/database-samples'
import { startInfluxd, whyNoInfluxd } from '../../support/influx-servers'
import { killsOf } from '../../support/kills'
import { skipWithout } from '../../support/skipping'
import { RetainingProcess } from './retaining-process'
import { DAY_OF, heldBy, hoursOf, type Held } from './scenario'
import { InfluxdTarget, SqliteTarget, type Target } from './targets'

/** Each kill of a process is one of every database that it has not done with, at a random moment of its own. */
const KILLS = { sqlite: killsOf(200), influxd: killsOf(20) } as const
/** Of one process: beginning takes as long as all the rest. */
const NAMES = { sqlite: namesOf(8), influxd: namesOf(4) } as const
/** Within which time runs are killed, after one that came to its end, and after one that did not: about one in five does. */
const SHORTER = 0.8
const LONGER = 1.05
const WITHIN_MS = 300_000
/** Longer than any run. */
const NEVER_MS = WITHIN_MS

describe('retention that is killed', () => {
  it(`leaves each hour raw in full, or rolled up and verified, ${KILLS.sqlite} times: SQLite`, async function () {
    this.timeout(WITHIN_MS)
    await withFolder((folder) => {
      const targets = NAMES.sqlite.map((name) => new SqliteTarget(folder, name))
      return assertNeverNeither(targets, KILLS.sqlite)
    })
  })

  it(`leaves each hour raw in full, or rolled up and verified, ${KILLS.influxd} times: InfluxDB`, async function () {
    this.timeout(WITHIN_MS)
    skipWithout(whyNoInfluxd(), this)
    const server = await startInfluxd()
    try {
      await withFolder((folder) => {
        const targets = NAMES.influxd.map((name) => new InfluxdTarget(server, folder, name))
        return assertNeverNeither(targets, KILLS.influxd)
      })
    } finally {
      await server.stop()
    }
  })
})

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `home_${index}`)
}

/** Kills runs at any moment, and lets the next ones go on from there; where one comes to its end, all begins anew. */
async function assertNeverNeither(targets: readonly Target[], kills: number): Promise<void> {
  const seed = randomInt(2 ** 32)
  console.log(`      seed ${seed}`)
  const random = seededRandom(seed)
  for (const target of targets) await target.refill()
  const [first] = targets as [Target]
  const before = await first.ask(heldBy)
  const hours = await first.ask(hoursOf)
  const whole_ms = await undisturbed(targets)
  const after = await first.ask(heldBy)
  assertThinned(before, after)
  for (const target of targets) await target.refill()

  let [killed, ends, longest_ms] = [0, 0, whole_ms]
  let next = new RetainingProcess()
  try {
    while (killed < kills) {
      const present = next
      next = new RetainingProcess()
      const kills_ms = targets.map(() => longest_ms * random())
      const last_ms = Math.max(...kills_ms)
      // They begin one after the other, so that all are killed at once.
      const orders = targets.map((target, index) => orderOf(target, last_ms - (kills_ms[index] ?? 0)))
      const { isDone } = await present.run(orders, last_ms)
      for (const [index, target] of targets.entries()) {
        if (isDone[index]) {
          ends += 1
          longest_ms *= SHORTER
          assert.deepEqual(await target.ask(heldBy), after)
          await target.refill()
        } else {
          killed += 1
          longest_ms = Math.min(whole_ms, longest_ms * LONGER)
          assertKept(await target.ask(heldBy), { raw: before.raw, hours, days: after.days })
        }
      }
    }
  } finally {
    await next.end()
  }
  await undisturbed(targets)
  for (const target of targets) assert.deepEqual(await target.ask(heldBy), after)
  console.log(`      a run takes ${Math.round(whole_ms)} ms; ${ends + targets.length} came to their end`)
}

/** @returns how long it takes until all have come to their end */
async function undisturbed(targets: readonly Target[]): Promise<number> {
  const orders = targets.map((target) => orderOf(target, 0))
  const { took_ms } = await new RetainingProcess().run(orders, NEVER_MS)
  return took_ms
}

function orderOf({ settings, folder }: Target, wait_ms: number) {
  return { settings, folder, wait_ms }
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
  const isSame = (rows: 'hours' | 'days', key: string) => {
    const [one, other] = [held[rows].get(key), whole[rows].get(key)]
    return one !== undefined && other !== undefined && sameRollUp(one, other)
  }
  for (const [hour, count] of whole.raw) {
    const isRaw = (held.raw.get(hour) ?? 0) === count
    const isRolledUp = isSame('hours', hour) || isSame('days', DAY_OF.get(hour) ?? '')
    assert.ok(isRaw || isRolledUp, `${hour} is neither raw nor rolled up`)
  }
}
