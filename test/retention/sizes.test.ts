import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RetentionReport } from '../../src/retention/retention-report'
import { DAY, HOUR, RetentionStage, START } from '../support/retention-stage'

/** So that a megabyte is soon full. */
const DENSE_MS = 25_000

function stageOf(days: number, given: Readonly<Record<string, unknown>>, step_ms = HOUR / 12): RetentionStage {
  const stage = new RetentionStage(given)
  stage.clock.jump(days * DAY)
  stage.fill(START, stage.clock.now(), { step_ms })
  return stage
}

describe('A size limit', () => {
  it('keeps raw readings for fewer days, and tells how many', async () => {
    const stage = stageOf(7, { maximum_mb: 1 }, DENSE_MS)
    const report = await stage.run()
    const days = report.raw_shortened_to_days ?? 0
    assert.ok(days > 1 && days < 6, `${days} days`)
    const used = (report.size?.after.size_bytes ?? 0) - (report.size?.after.free_bytes ?? 0)
    assert.ok(used <= 1024 * 1024)
    assert.ok((report.size?.after.size_bytes ?? 0) < (report.size?.before.size_bytes ?? 0))
    assert.ok(report.findings.some((finding) => finding.includes('fewer days')))
    assert.equal(stage.tiers.rows('hourly').length, 7 * 24 - 1)
  })

  it('leaves a day of raw readings, and what is not rolled up, whatever it is', async () => {
    const stage = stageOf(7, { maximum_mb: 1 })
    stage.tiers.size = () => Promise.resolve({ size_bytes: 1e9, free_bytes: 0 })
    const report = await stage.run()
    assert.equal(stage.tiers.readings('plug-1')[0]?.timestamp, START + 6 * DAY - HOUR)
    assert.ok(report.findings.some((finding) => finding.includes('too small')))
    assert.ok(stage.tiers.rows('daily').length > 0)
  })

  it('is that of the file where it has one, so that there is room for new readings', async () => {
    const stage = stageOf(7, { raw_keep_days: 0 }, DENSE_MS)
    const size = stage.tiers.size.bind(stage.tiers)
    stage.tiers.size = async () => ({ ...(await size()), maximum_bytes: 1024 * 1024 })
    const report = await stage.run()
    assert.ok((report.raw_shortened_to_days ?? 0) > 1)
    const used = (report.size?.after.size_bytes ?? 0) - (report.size?.after.free_bytes ?? 0)
    assert.ok(used <= 0.9 * 1024 * 1024)
  })

  it('has no effect where the database does not tell its size, and says so', async () => {
    const stage = stageOf(2, { maximum_mb: 1 })
    stage.tiers.knowsSize = false
    const report = await stage.run()
    assert.ok(report.findings.some((finding) => finding.includes('does not tell its size')))
    assert.equal(report.raw_shortened_to_days, undefined)
  })

  it('is none by default: a file gives back what is free when much of it is', async () => {
    const stage = stageOf(14, {})
    const { size } = await stage.run()
    const { size_bytes = 0, free_bytes = 0 } = size?.after ?? {}
    assert.ok(free_bytes <= size_bytes / 4)
  })
})

describe('A dry run', () => {
  it('tells the rows and bytes that would be rolled up and deleted, and changes nothing', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    const report = await stage.retention.run(true)
    assert.equal(report.dry, true)
    assert.deepEqual(
      report.tiers.map(({ name, rolled_up, expired }) => [name, rolled_up, expired.rows]),
      [
        ['raw', 0, (3 * DAY - HOUR) / 300_000],
        ['hourly', 239, 0],
        ['daily', 9, 0],
      ],
    )
    assert.ok((report.tiers[0]?.expired.bytes ?? 0) > 0)
    const changes = stage.tiers.calls.filter((call) => ['prepare', 'write', 'expire', 'shrink'].includes(call))
    assert.deepEqual(changes, [])
    assert.equal(stage.catalog.plan, undefined)
    assert.equal(stage.tiers.readings('plug-1').length, 2880)
    const real = await stage.run()
    assert.deepEqual(
      real.tiers.map(({ rolled_up, expired }) => [rolled_up, expired]),
      report.tiers.map(({ rolled_up, expired }) => [rolled_up, expired]),
    )
  })

  it('tells what would be rolled up again, and which rows would stay', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    await stage.run()
    stage.put(stage.reading(START + 8 * DAY + 1000), stage.reading(START + HOUR + 1000))
    const again = ({ tiers }: RetentionReport) => tiers.map(({ rolled_again, kept }) => [rolled_again, kept])
    const dry = again(await stage.retention.run(true))
    assert.ok((dry[1]?.[0] ?? 0) > 0 && (dry[1]?.[1] ?? 0) > 0)
    assert.equal(stage.catalog.dirty('hourly').length, 2)
    assert.deepEqual(again(await stage.run()), dry)
  })

  it('tells what the size limit would take, in the words of a run', async () => {
    const stage = stageOf(7, { maximum_mb: 1 }, DENSE_MS)
    const dry = await stage.retention.run(true)
    assert.equal(stage.tiers.readings('plug-1').length, Math.ceil((7 * DAY) / DENSE_MS))
    const real = await stage.run()
    assert.deepEqual(dry.findings, real.findings)
    assert.ok(Math.abs((dry.raw_shortened_to_days ?? 0) - (real.raw_shortened_to_days ?? 0)) <= 1)
  })
})

describe('A server that deletes by itself', () => {
  it('is asked to delete nothing; what it is about to delete is counted again', async () => {
    const stage = stageOf(10, {})
    stage.tiers.expiry = 'server'
    stage.tiers.put(stage.reading(START + DAY + 1234))
    await stage.run()
    assert.deepEqual(stage.tiers.expired, [])
    assert.ok(stage.tiers.calls.includes('count'))
    const counted = stage.tiers.calls.filter((call) => call === 'count').length
    await stage.run()
    assert.equal(stage.tiers.calls.filter((call) => call === 'count').length, counted)
  })

  it('has its findings told with the run', async () => {
    const stage = stageOf(1, {})
    stage.tiers.preparation = { findings: ['Give the bucket a retention of 9 days.'], raw_retention_ms: 9 * DAY }
    assert.deepEqual((await stage.run()).findings, ['Give the bucket a retention of 9 days.'])
  })
})
