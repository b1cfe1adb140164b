import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { DAY, HOUR, MINUTE, RetentionStage, START } from '../support/retention-stage'

const iso = (moment: number | undefined) => (moment === undefined ? moment : new Date(moment).toISOString())

function stageAt(moment: number, given: Readonly<Record<string, unknown>> = {}): RetentionStage {
  const stage = new RetentionStage(given)
  stage.clock.jump(moment - START)
  return stage
}

describe('Retention', () => {
  it('rolls up every hour and day that has ended, and not the running ones', async () => {
    const stage = stageAt(START + 2 * DAY + 3 * HOUR + 30 * MINUTE)
    stage.fill(START, stage.clock.now())
    const report = await stage.run()
    assert.equal(stage.tiers.rows('hourly').length, 51)
    assert.equal(stage.tiers.rows('daily').length, 2)
    assert.equal(iso(stage.catalog.watermark('hourly')), iso(START + 51 * HOUR))
    assert.equal(iso(stage.catalog.watermark('daily')), iso(START + 2 * DAY))
    assert.deepEqual(
      report.tiers.map(({ name, rolled_up, rolled_again, kept }) => [name, rolled_up, rolled_again, kept]),
      [
        ['raw', 0, 0, 0],
        ['hourly', 51, 0, 0],
        ['daily', 2, 0, 0],
      ],
    )
    assert.deepEqual(report.findings, [])
  })

  it('is right to the watt', async () => {
    const stage = stageAt(START + DAY + HOUR)
    stage.fill(START, stage.clock.now())
    await stage.run()
    const [day] = stage.tiers.rows('daily')
    assert.equal(day?.fields.power_w?.mean, 600)
    assert.ok(Math.abs((day?.energy_kwh ?? 0) - 14.4) < 0.001)
    for (const hour of stage.tiers.rows('hourly')) assert.ok(Math.abs((hour.energy_kwh ?? 0) - 0.6) < 0.0002)
  })

  it('makes room in a store that is full by what is rolled up already, and then rolls up the rest', async () => {
    const stage = stageAt(START + 7 * DAY)
    stage.fill(START, stage.clock.now())
    await stage.run()
    stage.fill(START + 7 * DAY, START + 10 * DAY)
    stage.clock.jump(3 * DAY)
    const { tiers } = stage
    const write = tiers.write.bind(tiers)
    tiers.write = () => Promise.reject(new MonitorError('DATABASE_FULL', 'The file is full'))
    await assert.rejects(stage.run(), { code: 'DATABASE_FULL' })
    assert.equal(tiers.readings('plug-1')[0]?.timestamp, START + 3 * DAY - HOUR)
    tiers.write = write
    await stage.run()
    assert.equal(tiers.rows('hourly').length, 10 * 24 - 1)
  })

  it('deletes raw readings when they are past their life, and rolled up', async () => {
    const stage = stageAt(START + 10 * DAY)
    stage.fill(START, stage.clock.now())
    const report = await stage.run()
    const [raw] = report.tiers
    assert.equal(stage.tiers.readings('plug-1')[0]?.timestamp, START + 3 * DAY - HOUR)
    assert.equal(raw?.expired.rows, (3 * DAY - HOUR) / (5 * MINUTE))
    assert.equal(raw?.held_back, 0)
    assert.equal(stage.tiers.rows('hourly').length, 10 * 24 - 1)
  })
})
