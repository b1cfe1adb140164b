import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { DAY, HOUR, RetentionStage, START } from '../support/retention-stage'

const HOURLY = { name: 'hourly', bucket: '1h', keep_days: 30, fields: '' }
const DAILY = { name: 'daily', bucket: '1d', keep_days: 0, fields: '' }
const MONTHLY = { name: 'monthly', bucket: '1mo', keep_days: 0, fields: '' }

async function stageWith(days: number, given: Readonly<Record<string, unknown>>): Promise<RetentionStage> {
  const stage = new RetentionStage(given)
  stage.clock.jump(days * DAY)
  stage.fill(START, stage.clock.now())
  await stage.run()
  return stage
}

function liveOn(stage: RetentionStage, duration_ms: number): void {
  const from = stage.clock.now()
  stage.clock.jump(duration_ms)
  stage.fill(from, stage.clock.now())
}

describe('What is there when retention comes', () => {
  it('is rolled up as far as it is within the life of a tier; what is past every life goes', async () => {
    const stage = new RetentionStage({ tiers: [HOURLY, { ...DAILY, keep_days: 60 }] })
    stage.clock.jump(100 * DAY)
    stage.fill(START, stage.clock.now(), { step_ms: HOUR / 2 })
    await stage.run()
    assert.equal(stage.tiers.rows('hourly')[0]?.timestamp, START + 70 * DAY - HOUR)
    assert.equal(stage.tiers.rows('daily')[0]?.timestamp, START + 39 * DAY)
    assert.equal(stage.tiers.rows('daily').length, 60)
    assert.ok((stage.tiers.readings('plug-1')[0]?.timestamp ?? 0) >= START + 93 * DAY - HOUR)
  })

  it('is nothing: nothing happens until there are readings', async () => {
    const stage = new RetentionStage()
    const report = await stage.run()
    assert.deepEqual(report.findings, [])
    assert.ok(report.tiers.every(({ rolled_up, expired }) => rolled_up === 0 && expired.rows === 0))
    stage.clock.jump(2 * HOUR)
    stage.fill(START, START + 2 * HOUR)
    assert.equal((await stage.run()).tiers[1]?.rolled_up, 1)
  })

  it('is of one device that was replaced by another: each has its own rows', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(4 * DAY)
    stage.fill(START, START + 2 * DAY, { device_id: 'old' })
    stage.fill(START + 2 * DAY, START + 4 * DAY, { device_id: 'new' })
    await stage.run()
    const days = stage.tiers
      .rows('daily')
      .map(({ device_id, timestamp }) => `${device_id} ${(timestamp - START) / DAY}`)
    assert.deepEqual(days, ['new 2', 'old 0', 'old 1'])
  })

  it('does not go while the clock is years ahead of the readings', async () => {
    const stage = await stageWith(10, {})
    const readings = stage.tiers.readings('plug-1').length
    stage.clock.jump(5 * 365 * DAY)
    await stage.run()
    assert.equal(stage.tiers.readings('plug-1').length, readings)
    assert.equal(stage.tiers.rows('hourly').length, 240)
  })
})

describe('Another plan', () => {
  it('adds a tier: it begins where what it is made of begins', async () => {
    const stage = await stageWith(40, { tiers: [HOURLY, DAILY] })
    stage.again({ tiers: [HOURLY, DAILY, MONTHLY] })
    await stage.run()
    assert.deepEqual(
      stage.tiers.rows('monthly').map(({ timestamp, samples }) => [new Date(timestamp).toISOString(), samples]),
      [['2026-01-01T00:00:00.000Z', 27 * 288]],
    )
  })

  it('takes a tier away, which keeps its rows', async () => {
    const stage = await stageWith(5, { tiers: [HOURLY, DAILY] })
    stage.again({ tiers: [DAILY] })
    await stage.run()
    assert.equal(stage.tiers.rows('hourly').length, 119)
    assert.equal(stage.catalog.watermark('hourly'), undefined)
  })

  it('has another time zone: the first new day begins where the last old one ended and ends with an hour, and none overlaps', async () => {
    const stage = await stageWith(5, { tiers: [HOURLY, DAILY] })
    stage.again({ tiers: [HOURLY, DAILY], time_zone: 'Asia/Kathmandu' })
    liveOn(stage, 2 * DAY)
    await stage.run()
    const days = stage.tiers.rows('daily').map(({ timestamp, duration_ms }) => [timestamp, timestamp + duration_ms])
    for (const [index, [from]] of days.entries()) if (index > 0) assert.equal(from, days[index - 1]?.[1])
    const lengths = stage.tiers.rows('daily').map(({ duration_ms }) => duration_ms / HOUR)
    assert.deepEqual(lengths, [24, 24, 24, 24, 19, 23.25, 24])
    const energy = stage.tiers.rows('daily').reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)
    assert.ok(Math.abs(energy - 0.6 * (4 * 24 + 18.25 + 48)) < 0.06)
  })

  it('keeps raw readings for ever: none goes', async () => {
    const stage = await stageWith(40, { raw_keep_days: 0, tiers: [HOURLY, DAILY] })
    assert.equal(stage.tiers.readings('plug-1').length, 40 * 288)
    assert.equal(stage.tiers.rows('hourly')[0]?.timestamp, START + 10 * DAY - HOUR)
  })
})

describe('A database that is not as it was', () => {
  it('had an old backup put back: what is missing is rolled up again', async () => {
    const stage = await stageWith(3, {})
    const putBack = stage.tiers.copy()
    liveOn(stage, DAY)
    await stage.run()
    putBack()
    stage.fill(START + 3 * DAY, START + 4 * DAY)
    const report = await stage.run()
    assert.ok(report.findings.some((finding) => finding.includes('backup')))
    assert.equal(stage.tiers.rows('hourly').length, 4 * 24 - 1)
    assert.deepEqual((await stage.run()).findings, [])
  })

  it('has lost what was known of its tiers: rows that cover more stay', async () => {
    const stage = await stageWith(10, {})
    const rows = stage.tiers.rows('hourly')
    stage.catalog.watermarks.clear()
    await stage.run()
    assert.deepEqual(stage.tiers.rows('hourly'), rows)
    assert.equal(stage.catalog.watermark('hourly'), START + 10 * DAY - HOUR)
  })

  it('was rolled up to a moment that is still to come, because the clock was ahead', async () => {
    const stage = await stageWith(5, {})
    stage.clock.jump(3 * DAY)
    liveOn(stage, 6 * HOUR)
    await stage.run()
    stage.clock.jump(-3 * DAY)
    liveOn(stage, 3 * HOUR)
    assert.ok((await stage.run()).findings.some((finding) => finding.includes('set back')))
    assert.equal(stage.catalog.watermark('hourly'), START + 5 * DAY + 8 * HOUR)
  })
})
