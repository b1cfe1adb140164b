import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { HistoryBucket } from '../../../src/database/database'
import type { RetentionReport, RetentionStatus } from '../../../src/retention/retention-report'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { skipWithout } from '../../support/skipping'
import { makeStore } from '../../support/sqlite'
import { AskedNodeRed, askedFlow, whyNotBuilt } from './asked-node-red'
import { assertSame, fill, months } from './months'

const WITHIN_MS = 120_000
const FURTHER_MS = 200
/** Some that are past the life of their hours, too. */
const DAYS = 34

describe('a Node-RED that is killed while it rolls up and deletes', function () {
  this.timeout(WITHIN_MS)
  const nodeRed = new AskedNodeRed()
  const { range, readings } = months(['fridge', 'kettle'], DAYS)

  before(async function () {
    skipWithout(whyNotBuilt(), this)
    const file = join(nodeRed.process.userDir, 'home.sqlite')
    await fill(makeStore(file), readings)
    await nodeRed.process.start()
    await nodeRed.process.deploy(
      askedFlow([
        { id: 'database', type: 'kasa-database', file },
        { id: 'history', type: 'kasa-history', database: 'database' },
        {
          id: 'retention',
          type: 'kasa-retention',
          database: 'database',
          time_zone: 'Europe/Berlin',
          runs: 'by_message',
        },
      ]),
    )
  })

  after(() => nodeRed.process.stop())

  const days = () =>
    nodeRed.ask<HistoryBucket[]>('history', {
      ...{ ...range, bucket: 'day', time_zone: 'Europe/Berlin', fields: 'power_w' },
      ...{ order: 'oldest-first', limit: 10_000 },
    })

  /** Lets it run until so much is rolled up, and a little longer. @returns how far it was, for people */
  async function runUpTo(way: number, further_ms: number): Promise<string> {
    let hasEnded = false
    // Nobody hears what a run has done that is killed.
    nodeRed.answer('retention').then(
      () => (hasEnded = true),
      () => {},
    )
    for (;;) {
      const { state, progress = 0 } = await nodeRed.ask<RetentionStatus>('retention', 'status')
      if (hasEnded) return 'its end'
      if (state !== 'running' || progress < way) continue
      await new Promise((resolve) => setTimeout(resolve, further_ms))
      return `${Math.round(100 * progress)} %`
    }
  }

  it('has each reading of each day in the end, once, after three kills', async () => {
    const seed = randomInt(2 ** 32)
    console.log(`      seed ${seed}`)
    const random = seededRandom(seed)
    const before = await days()
    const reached: string[] = []
    // While it rolls up; once it deletes; and at its beginning, when there is little left to do.
    for (const way of [random() / 2, 1, 0]) {
      reached.push(await runUpTo(way, FURTHER_MS * random()))
      await nodeRed.process.kill()
      await nodeRed.process.start()
      assertSame(await days(), before)
    }
    console.log(`      killed at ${reached.join(', ')}`)
    const report = await nodeRed.ask<RetentionReport>('retention')
    assert.deepEqual(report.findings, [])
    for (const { held_back } of report.tiers) assert.equal(held_back, 0)
    assertSame(await days(), before)
    assert.deepEqual(nodeRed.process.faults, [])
  })
})
