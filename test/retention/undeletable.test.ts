import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { DAY, HOUR, RetentionStage, START } from '../support/retention-stage'

const REASON = 'A policy "archive" holds the same'

describe('Readings that the store does not delete', () => {
  /** Ten days, of which three are past their life; what is kept lies in the second. */
  function stageWith(from: number, to: number): RetentionStage {
    const stage = new RetentionStage()
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    stage.tiers.kept = { from, to, reason: REASON }
    return stage
  }
  const moments = ({ tiers }: RetentionStage) => tiers.readings('plug-1').map(({ timestamp }) => timestamp)
  const rawOf = ({ tiers }: Awaited<ReturnType<RetentionStage['run']>>) => tiers[0]

  it('stay as whole hours, and all others go; all is rolled up, and nothing has failed', async () => {
    const [from, to] = [START + DAY + 90 * 60_000, START + DAY + 5 * HOUR - 1]
    const stage = stageWith(from, to)
    stage.retention.start()
    await stage.advance(20_000, 10_000)
    const [report] = stage.reports
    assert.deepEqual(report?.findings, [REASON])
    assert.equal(report && rawOf(report)?.held_back, 4 * 12)
    assert.equal(stage.status.state, 'waiting')
    assert.deepEqual(stage.faults, [])
    assert.equal(stage.catalog.watermark('daily'), START + 9 * DAY)
    const left = moments(stage).filter((moment) => moment < START + 3 * DAY - HOUR)
    assert.deepEqual([left.at(0), left.at(-1), left.length], [START + DAY + HOUR, START + DAY + 5 * HOUR - 300_000, 48])
    await stage.retention.stop()
  })

  it('are told of by a dry run, apart from what would be deleted', async () => {
    const stage = stageWith(START + DAY, START + 2 * DAY)
    const report = await stage.retention.run(true)
    assert.deepEqual(report.findings, [REASON])
    assert.equal(rawOf(report)?.held_back, 288)
    assert.equal(rawOf(report)?.expired.rows, (2 * DAY - HOUR) / 300_000)
  })

  it('go when nothing keeps them any longer', async () => {
    const stage = stageWith(START, START + 2 * DAY)
    await stage.run()
    assert.equal(moments(stage)[0], START)
    stage.tiers.kept = undefined
    const report = await stage.run()
    assert.deepEqual(report.findings, [])
    assert.equal(moments(stage)[0], START + 3 * DAY - HOUR)
  })
})
