import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { DAY, HOUR, RetentionStage, START } from '../support/retention-stage'

const YEARS_MS = 5 * 365 * DAY
/** A clock that goes ahead 10 days after the start. */
const DOUBT = /^After 2026-01-14 the next readings are of 2031-01-14\. .* 2031-01-21 at the earliest/

async function home(days = 10): Promise<RetentionStage> {
  const stage = new RetentionStage()
  await live(stage, days)
  return stage
}

/** Readings all the time, and a run at the end of each day. */
async function live(stage: RetentionStage, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    const from = stage.clock.now()
    stage.clock.jump(DAY)
    stage.fill(from, stage.clock.now(), { step_ms: HOUR })
    await stage.run()
  }
}

const readingsOf = (stage: RetentionStage) => stage.tiers.readings('plug-1').map(({ timestamp }) => timestamp)
const oldest = (stage: RetentionStage) => readingsOf(stage)[0] ?? 0

describe('A clock that goes years ahead', () => {
  it('for two days, and is right again: nothing is lost by it', async () => {
    const stage = await home()
    const [readings, hours] = [readingsOf(stage), stage.tiers.rows('hourly')]
    stage.clock.jump(YEARS_MS)
    await live(stage, 2)
    assert.deepEqual(readingsOf(stage).slice(0, readings.length), readings)
    assert.deepEqual(stage.tiers.rows('hourly').slice(0, hours.length), hours)
    stage.clock.jump(-YEARS_MS)
    await live(stage, 3)
    assert.equal(oldest(stage), START + 8 * DAY)
    const days = stage.tiers.rows('daily').filter(({ timestamp }) => timestamp < START + 15 * DAY)
    assert.deepEqual(
      days.map(({ timestamp, samples }) => [(timestamp - START) / DAY, samples]),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13].map((day) => [day, 24]),
    )
  })

  it('is told of once, with the days, also by a dry run', async () => {
    const stage = await home()
    stage.clock.jump(YEARS_MS)
    const found = new Set<string>()
    for (let day = 0; day < 6; day++) {
      await live(stage, 1)
      const { findings } = await stage.run()
      for (const finding of findings) found.add(finding)
      const dry = await stage.retention.run(true)
      assert.deepEqual(dry.findings, findings)
      assert.equal(dry.tiers[0]?.expired.rows, 0)
    }
    assert.equal(found.size, 1)
    assert.match([...found][0] ?? '', DOUBT)
  })

  it('is forgotten over a restart, and seen again', async () => {
    const stage = await home()
    stage.clock.jump(YEARS_MS)
    await live(stage, 2)
    stage.again()
    assert.match((await stage.run()).findings[0] ?? '', DOUBT)
    assert.ok(oldest(stage) < START + 4 * DAY)
  })

  it('twice, by years each time, deletes nothing either', async () => {
    const stage = await home()
    const before = oldest(stage)
    for (let turn = 0; turn < 2; turn++) {
      stage.clock.jump(YEARS_MS)
      await live(stage, 3)
    }
    assert.equal(oldest(stage), before)
    assert.match((await stage.run()).findings[0] ?? '', /the next readings are of 2036/)
  })
})

describe('A machine that was off for two months', () => {
  async function back(): Promise<{ readonly stage: RetentionStage; readonly start: number }> {
    const stage = await home()
    stage.clock.jump(60 * DAY)
    return { stage, start: stage.clock.now() }
  }

  it('rolls up at once, and deletes what is past its life when a week has readings', async () => {
    const { stage, start } = await back()
    await live(stage, 6)
    assert.ok(oldest(stage) < START + 10 * DAY)
    assert.equal(stage.catalog.watermark('hourly'), start + 6 * DAY - HOUR)
    await live(stage, 2)
    assert.deepEqual((await stage.run()).findings, [])
    assert.ok(oldest(stage) >= START + 10 * DAY - HOUR)
    assert.ok((stage.tiers.rows('hourly')[0]?.timestamp ?? 0) >= start)
    assert.equal(stage.tiers.rows('daily').length, 17)
  })

  it('goes on at once when a person says that the clock is right, and as long as it runs', async () => {
    const { stage, start } = await back()
    await live(stage, 1)
    stage.retention.trustClock()
    assert.deepEqual((await stage.run()).findings, [])
    assert.ok((stage.tiers.rows('hourly')[0]?.timestamp ?? 0) >= start)
    await live(stage, 1)
    assert.deepEqual((await stage.run()).findings, [])
  })
})

describe('A first start', () => {
  it('with readings of years ago beside those of today keeps them until a week has readings', async () => {
    const stage = new RetentionStage()
    stage.fill(START - 3 * 365 * DAY, START - 3 * 365 * DAY + 20 * DAY, { step_ms: HOUR })
    await live(stage, 6)
    assert.equal(stage.tiers.rows('daily').filter(({ timestamp }) => timestamp < START).length, 20)
    await live(stage, 2)
    assert.equal(stage.tiers.rows('daily').filter(({ timestamp }) => timestamp < START).length, 0)
    assert.ok(oldest(stage) >= START - 3 * 365 * DAY + 20 * DAY - HOUR)
  })

  it('with years of readings up to today deletes what is past its life at once', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(100 * DAY)
    stage.fill(START, stage.clock.now(), { step_ms: HOUR })
    assert.deepEqual((await stage.run()).findings, [])
    assert.ok(oldest(stage) >= START + 93 * DAY - HOUR)
  })

  it('on one day of readings has nothing to be proved', async () => {
    assert.deepEqual((await (await home(1)).run()).findings, [])
  })
})
