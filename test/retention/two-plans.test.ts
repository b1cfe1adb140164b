import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Retention } from '../../src/retention/retention'
import { retaining } from '../support/retaining'
import { MemoryCatalog } from '../support/memory-catalog'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { DAY, HOUR, MINUTE, RetentionStage, START } from '../support/retention-stage'

const OVERLAP = /Rows of hourly overlap/

describe('Two Node-REDs that keep the tiers of one server by different plans', () => {
  /** One of them goes by UTC; the hours of the other begin a quarter before. */
  function both(): { readonly stage: RetentionStage; readonly other: Retention } {
    const stage = new RetentionStage()
    const tiers = {
      store: stage.tiers,
      catalog: new MemoryCatalog(),
      keepOut: <Result>(_: object, work: () => Promise<Result>) => work(),
    }
    const options = parseRetentionOptions({ time_zone: 'Asia/Kathmandu' })
    return { stage, other: retaining({ tiers, settle: () => Promise.resolve(true) }, options, stage.clock) }
  }
  const energyIn = ({ tiers }: RetentionStage) =>
    tiers.rows('hourly').reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)

  it('count nothing twice, each fitting its rows to those that are there', async () => {
    const { stage, other } = both()
    for (let passed = 0; passed < DAY; passed += HOUR / 2) {
      stage.fill(stage.clock.now(), stage.clock.now() + HOUR / 2)
      stage.clock.jump(HOUR / 2)
      for (const run of [stage.retention, other]) assert.doesNotMatch((await run.run(false)).findings.join(), OVERLAP)
    }
    const rows = stage.tiers.rows('hourly')
    const end = Math.max(...rows.map(({ timestamp, duration_ms }) => timestamp + duration_ms))
    assert.ok(rows.length > 40, `${rows.length}`)
    assert.ok(Math.abs(energyIn(stage) - ((end - START) / HOUR) * 0.6) < 0.06, `${energyIn(stage)}`)
  })

  it('are told when they have rolled up the same at the same moment', async () => {
    const { stage, other } = both()
    stage.fill(START, START + 6 * HOUR)
    stage.clock.jump(6 * HOUR - 5 * MINUTE)
    await Promise.all([stage.run(), other.run(false)])
    stage.clock.jump(HOUR)
    stage.fill(START + 6 * HOUR, stage.clock.now())
    const { findings } = await stage.run()
    assert.match(findings.join(), OVERLAP)
  })
})
