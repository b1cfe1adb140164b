import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { DAY, HOUR, RetentionStage, START } from '../support/retention-stage'

const FINDING = 'Policy "hourly" is not there. By hand: CREATE RETENTION POLICY "hourly"'

describe('Places of tiers that a person makes', () => {
  /** Ten days; the place of one tier is not there. */
  function stageWithout(name: string): { readonly stage: RetentionStage; readonly make: () => void } {
    const stage = new RetentionStage({ server_retention: 'nothing' })
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    const { tiers } = stage
    tiers.preparation = { findings: [FINDING] }
    const write = tiers.write.bind(tiers)
    tiers.write = (tier, rows) =>
      tier.name === name ? Promise.reject(new MonitorError('DATABASE_MISSING', 'not there')) : write(tier, rows)
    const make = () => {
      tiers.write = write
      tiers.preparation = { findings: [] }
    }
    return { stage, make }
  }

  it('are told of by a dry run, with what to do', async () => {
    const { stage } = stageWithout('hourly')
    assert.deepEqual((await stage.retention.run(true)).findings, [FINDING])
    assert.ok(!stage.tiers.calls.includes('prepare'))
  })

  for (const [missing, other] of [
    ['hourly', 'daily'],
    ['daily', 'hourly'],
  ] as const) {
    it(`keep all that ${missing} is made of, and not ${other} from being rolled up, as long as it has none`, async () => {
      const { stage, make } = stageWithout(missing)
      const count = stage.tiers.readings('plug-1').length
      stage.retention.start()
      await stage.advance(20_000, 10_000)
      const { state, code, message } = stage.status
      assert.deepEqual([state, code], ['retrying', 'DATABASE_MISSING'])
      assert.match(message ?? '', /rows of (hourly|daily)\. Policy "hourly" is not there\. By hand: CREATE/)
      assert.ok(stage.faults[0]?.details.findings?.includes(FINDING))
      assert.equal(stage.tiers.readings('plug-1').length, count)
      assert.equal(stage.tiers.rows(other).length > 0, true)
      make()
      await stage.advance(2 * 60_000, 30_000)
      assert.equal(stage.status.state, 'waiting')
      assert.deepEqual(stage.reports[0]?.findings, [])
      assert.equal(stage.tiers.rows('hourly').length, 10 * 24 - 1)
      assert.equal(stage.tiers.rows('daily').length, 9)
      assert.equal(stage.tiers.readings('plug-1')[0]?.timestamp, START + 3 * DAY - HOUR)
      await stage.retention.stop()
    })
  }
})
