import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { DAY, HOUR, MINUTE, RetentionStage, START } from '../support/retention-stage'

describe('Retention that runs by itself', () => {
  let stage: RetentionStage
  afterEach(async () => {
    const stopping = stage.retention.stop()
    await stage.idle()
    stage.clock.advance(5000)
    await stopping
    assert.equal(stage.clock.pending, 0)
  })

  /** At 00:30 of the second day. */
  function begin(given: Readonly<Record<string, unknown>> = {}): void {
    stage = new RetentionStage(given)
    stage.clock.jump(DAY + 30 * MINUTE)
    stage.fill(START, stage.clock.now())
  }

  async function live(duration_ms: number): Promise<void> {
    for (let left = duration_ms; left > 0; left -= 5 * MINUTE) {
      await stage.advance(5 * MINUTE)
      stage.put(stage.reading(stage.clock.now()))
    }
  }

  const runs = () => stage.reports.map(({ started }) => new Date(started).toISOString().slice(11, 16))

  it('runs soon after its start, and then a few minutes after each hour', async () => {
    begin()
    stage.retention.start()
    assert.equal(stage.status.state, 'waiting')
    await live(3 * HOUR)
    assert.deepEqual(runs(), ['00:31', '01:05', '02:05', '03:05'])
    assert.equal(stage.catalog.watermark('hourly'), START + DAY + 3 * HOUR)
    assert.equal(stage.status.state, 'waiting')
    assert.equal(stage.status.next_run, START + DAY + 4 * HOUR + 5 * MINUTE)
  })

  it('runs every hour where the buckets are longer', async () => {
    begin({ tiers: [{ name: 'daily', bucket: '1d', keep_days: 0, fields: '' }] })
    stage.retention.start()
    await live(3 * HOUR)
    assert.equal(stage.reports.length, 3)
  })

  it('runs at once after the machine has slept, and goes on when the clock is set back', async () => {
    begin()
    stage.retention.start()
    await live(HOUR)
    assert.deepEqual(runs(), ['00:31', '01:05'])
    stage.clock.jump(7 * HOUR)
    stage.put(stage.reading(stage.clock.now()))
    await live(10 * MINUTE)
    assert.equal(stage.reports.length, 3)
    stage.clock.jump(-30 * DAY)
    await stage.advance(2 * HOUR)
    assert.ok(stage.reports.length >= 4)
  })

  it('tries again after a failure, less and less often, tells it once, and goes on where it was', async () => {
    begin()
    stage.tiers.fault = (call) => (call === 'rollUp' ? 'fail' : undefined)
    stage.retention.start()
    await live(3 * HOUR)
    const tries = stage.tiers.calls.filter((call) => call === 'rollUp').length
    assert.ok(tries >= 6 && tries <= 13, `${tries} tries`)
    assert.deepEqual([stage.status.state, stage.status.code], ['retrying', 'DATABASE_UNAVAILABLE'])
    assert.deepEqual(
      stage.faults.map(({ code }) => code),
      ['DATABASE_UNAVAILABLE'],
    )
    stage.tiers.fault = () => undefined
    await live(HOUR)
    assert.equal(stage.status.state, 'waiting')
    assert.equal(stage.tiers.rows('hourly').length, 28)
  })

  it('waits until what was accepted is in the store, but not for ever', async () => {
    begin()
    stage.settled = false
    stage.retention.start()
    await live(45 * MINUTE)
    assert.deepEqual([stage.reports.length, stage.status.state], [0, 'retrying'])
    await live(90 * MINUTE)
    assert.ok(stage.reports.length > 0)
    assert.ok(stage.reports[0]?.findings.some((finding) => finding.includes('spool')))
    assert.equal(stage.tiers.expired.length, 0)
    stage.settled = true
    await live(HOUR)
    assert.deepEqual(stage.reports.at(-1)?.findings, [])
  })

  it('raises an alarm when what is due is not rolled up for a day, and takes it back', async () => {
    begin()
    stage.retention.start()
    await live(HOUR)
    stage.tiers.fault = (call) => (call === 'write' ? 'fail' : undefined)
    await live(24 * HOUR)
    assert.equal(stage.status.state, 'retrying')
    await live(3 * HOUR)
    assert.deepEqual([stage.status.state, stage.status.code], ['lagging', 'DATABASE_UNAVAILABLE'])
    assert.deepEqual(
      stage.faults.map(({ code }) => code),
      ['DATABASE_UNAVAILABLE', 'RETENTION_LAGGING'],
    )
    stage.tiers.fault = () => undefined
    await live(HOUR)
    assert.equal(stage.status.state, 'waiting')
  })

  it('keeps it when a run that a message asks for fails', async () => {
    begin()
    await stage.run()
    stage.tiers.fault = (call) => (call === 'write' ? 'fail' : undefined)
    stage.clock.jump(26 * HOUR)
    await assert.rejects(stage.run(), { code: 'DATABASE_UNAVAILABLE' })
    assert.deepEqual([stage.status.state, stage.status.code], ['lagging', 'RETENTION_LAGGING'])
    stage.tiers.fault = () => undefined
    await stage.run()
    assert.equal(stage.status.state, 'waiting')
  })

  it('raises it sooner where the server would soon delete what is not rolled up', async () => {
    begin({ lag_hours: 8760 })
    stage.tiers.preparation = { findings: [], raw_retention_ms: 20 * HOUR }
    stage.retention.start()
    await live(HOUR)
    stage.tiers.fault = (call) => (call === 'write' ? 'forget' : undefined)
    await live(8 * HOUR)
    assert.deepEqual([stage.status.state, stage.status.code], ['retrying', 'ROLL_UP_UNVERIFIED'])
    await live(4 * HOUR)
    assert.equal(stage.status.state, 'lagging')
  })

  it('raises no alarm while there are no readings', async () => {
    begin()
    stage.retention.start()
    await live(HOUR)
    await stage.advance(3 * DAY, 10 * MINUTE)
    assert.equal(stage.status.state, 'waiting')
    assert.deepEqual(stage.faults, [])
  })

  it('tells how far it is while it catches up', async () => {
    begin()
    stage.clock.jump(20 * DAY)
    stage.fill(START + DAY + 30 * MINUTE, stage.clock.now())
    stage.retention.start()
    await stage.advance(MINUTE, 10_000)
    const told = stage.statuses.flatMap(({ progress }) => (progress === undefined ? [] : [progress]))
    assert.ok(told.length > 10)
    assert.deepEqual(
      told,
      told.toSorted((one, other) => one - other),
    )
    assert.equal(told.at(-1), 1)
  })

  it('says that it is lagging while a call hangs, and stops within five seconds', async () => {
    begin()
    stage.retention.start()
    await live(HOUR)
    stage.tiers.fault = (call) => (call === 'write' ? 'hang' : undefined)
    await live(27 * HOUR)
    assert.equal(stage.status.state, 'lagging')
    let isStopped = false
    const stopping = stage.retention.stop().then(() => (isStopped = true))
    await stage.idle()
    assert.equal(isStopped, false)
    stage.clock.advance(5000)
    await stopping
    assert.equal(stage.status.state, 'stopped')
  })
})

describe('Retention that is told to stop', () => {
  it('ends after the step that it is in, and does nothing afterwards', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    let stopping: Promise<void> | undefined
    stage.tiers.onCall = (call, when) => {
      if (call === 'write' && when === 'before') stopping ??= stage.retention.stop()
    }
    await assert.rejects(stage.run(), { code: 'CLOSED' })
    await stopping
    const calls = stage.tiers.calls.length
    assert.equal(stage.tiers.calls.at(-1), 'write')
    await assert.rejects(stage.run(), { code: 'CLOSED' })
    await stage.retention.stop()
    assert.equal(stage.tiers.calls.length, calls)
  })

  it('leaves who waits for a hanging run with an answer', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(DAY)
    stage.fill(START, stage.clock.now())
    stage.tiers.fault = (call) => (call === 'devices' ? 'hang' : undefined)
    const running = assert.rejects(stage.run(), { code: 'CLOSED' })
    const waiting = assert.rejects(stage.retention.run(true), { code: 'CLOSED' })
    await stage.idle()
    const stopping = stage.retention.stop()
    await stage.advance(5000, 1000)
    await Promise.all([running, waiting, stopping])
  })

  it('lets runs wait for one another', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(DAY)
    stage.fill(START, stage.clock.now())
    const [first, dry, second] = await Promise.all([stage.run(), stage.retention.run(true), stage.run()])
    assert.equal(first.tiers[1]?.rolled_up, 23)
    assert.equal(dry.tiers[1]?.rolled_up, 0)
    assert.equal(second.tiers[1]?.rolled_up, 0)
    await stage.retention.stop()
  })
})
