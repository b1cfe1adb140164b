import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { TierCall } from '../support/memory-tiers'
import { DAY, HOUR, MINUTE, RetentionStage, START } from '../support/retention-stage'

/** Ten days of readings of one device, all rolled up; what is older than a week has gone. */
async function rolledUp(given: Readonly<Record<string, unknown>> = {}): Promise<RetentionStage> {
  const stage = new RetentionStage(given)
  stage.clock.jump(10 * DAY)
  stage.fill(START, stage.clock.now())
  await stage.run()
  return stage
}

function later(stage: RetentionStage, duration_ms: number): void {
  const from = stage.clock.now()
  stage.clock.jump(duration_ms)
  stage.fill(from, stage.clock.now())
}

/** The k-th call of this kind fails in this way, once. */
function once(stage: RetentionStage, call: TierCall, fault: ReturnType<RetentionStage['tiers']['fault']>): void {
  stage.tiers.fault = (each) => {
    if (each !== call) return undefined
    stage.tiers.fault = () => undefined
    return fault
  }
}

describe('Readings that come late', () => {
  it('make their hour and their day anew, and no other', async () => {
    const stage = await rolledUp()
    const moment = START + 8 * DAY + 2 * HOUR + 30 * MINUTE + 1000
    const before = new Map(stage.tiers.rows('hourly').map((row) => [row.timestamp, row]))
    stage.put(stage.reading(moment, 'plug-1', { power_w: 3000 }))
    const report = await stage.run()
    const changed = stage.tiers.rows('hourly').filter((row) => before.get(row.timestamp)?.samples !== row.samples)
    assert.deepEqual(
      changed.map(({ timestamp, samples }) => [timestamp, samples]),
      [[START + 8 * DAY + 2 * HOUR, 13]],
    )
    const day = stage.tiers.rows('daily').find(({ timestamp }) => timestamp === START + 8 * DAY)
    assert.equal(day?.samples, 289)
    assert.equal(day?.fields.power_w?.maximum, 3000)
    assert.ok(report.tiers.every(({ kept }) => kept === 0))
    assert.deepEqual(stage.catalog.dirty('hourly'), [])
  })

  it('change nothing where the readings beside them are gone: the row that covers more stays, and that is told', async () => {
    const stage = await rolledUp()
    const rows = stage.tiers.rows('hourly')
    stage.put(stage.reading(START + HOUR + 1000))
    const report = await stage.run()
    assert.deepEqual(stage.tiers.rows('hourly'), rows)
    const kept = new Map(report.tiers.map((tier) => [tier.name, tier.kept]))
    assert.ok((kept.get('hourly') ?? 0) > 0)
    assert.equal((await stage.run()).tiers[1]?.kept, 0)
    assert.ok((stage.tiers.readings('plug-1')[0]?.timestamp ?? 0) > START + DAY)
  })

  it('that nobody has marked are found when their readings are counted before they go', async () => {
    const stage = await rolledUp()
    const moment = START + 3 * DAY + 30 * MINUTE + 1000
    stage.tiers.put(stage.reading(moment, 'plug-1', { power_w: 2000 }))
    later(stage, DAY)
    await stage.run()
    const hour = stage.tiers.rows('hourly').find(({ timestamp }) => timestamp === START + 3 * DAY)
    const day = stage.tiers.rows('daily').find(({ timestamp }) => timestamp === START + 3 * DAY)
    assert.deepEqual([hour?.samples, day?.samples, hour?.fields.power_w?.maximum], [13, 289, 2000])
    assert.ok((stage.tiers.readings('plug-1')[0]?.timestamp ?? 0) > moment)
  })

  it('in an outage take their part of its energy from the hour in which the device was heard again', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(3 * DAY)
    stage.fill(START, START + DAY)
    stage.fill(START + 2 * DAY, stage.clock.now())
    await stage.run()
    const energy = () => stage.tiers.rows('hourly').reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)
    const before = energy()
    stage.put(stage.reading(START + DAY + 12 * HOUR))
    await stage.run()
    assert.ok(Math.abs(energy() - before) < 0.001)
    const back = stage.tiers.rows('hourly').find(({ timestamp }) => timestamp === START + 2 * DAY)
    assert.ok(Math.abs((back?.energy_kwh ?? 0) - 13 * 0.6) < 0.01)
  })
})

describe('A device that is silent for longer than readings are kept', () => {
  it('has used what its counter says when it is heard again', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(20 * DAY)
    stage.fill(START, START + DAY)
    stage.fill(START, stage.clock.now(), { device_id: 'plug-2' })
    await stage.run()
    assert.equal(stage.tiers.readings('plug-1').length, 1)
    stage.clock.jump(DAY + HOUR)
    stage.fill(START + 20 * DAY, START + 21 * DAY)
    stage.fill(START + 20 * DAY, stage.clock.now(), { device_id: 'plug-2' })
    await stage.run()
    const energy = (id: string) =>
      stage.tiers
        .rows('daily')
        .filter(({ device_id }) => device_id === id)
        .reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)
    assert.ok(Math.abs(energy('plug-1') - energy('plug-2')) < 0.06)
  })

  it('is not counted twice after two silences, of which the first began before all that is left', async () => {
    const stage = new RetentionStage({ raw_keep_days: 3 })
    const speak = async (from: number, to: number, runAt: number) => {
      stage.fill(START + from, START + to)
      stage.clock.jump(START + runAt - stage.clock.now())
      await stage.run()
    }
    await speak(0, 10 * HOUR, 4 * DAY)
    await speak(4 * DAY + 10 * HOUR, 4 * DAY + 12 * HOUR, 4 * DAY + 13 * HOUR)
    await speak(9 * DAY + 10 * HOUR, 9 * DAY + 12 * HOUR, 12 * DAY + 11 * HOUR)
    await speak(12 * DAY + 10 * HOUR, 12 * DAY + 12 * HOUR, 12 * DAY + 13 * HOUR)
    // Late, so that its hour is rolled up again, from whatever readings are left.
    stage.put(stage.reading(START + 9 * DAY + 11 * HOUR + 7 * MINUTE))
    await stage.run()
    const energy_kwh = stage.tiers.rows('hourly').reduce((sum, row) => sum + (row.energy_kwh ?? 0), 0)
    assert.ok(Math.abs(energy_kwh - 0.6 * (12 * 24 + 12)) < 0.1, `${energy_kwh} kWh`)
  })
})

describe('A store that fails', () => {
  it('keeps every reading while rows are read back otherwise than written, and says which and why', async () => {
    const stage = await rolledUp()
    const readings = stage.tiers.readings('plug-1').length
    later(stage, DAY)
    let isWritten = false
    stage.tiers.fault = (call) => {
      const isReadBack = isWritten && call === 'read'
      isWritten = call === 'write'
      return isReadBack ? 'lie' : undefined
    }
    await assert.rejects(stage.run(), (thrown: Error & { code?: string }) => {
      assert.equal(thrown.code, 'ROLL_UP_UNVERIFIED')
      assert.match(
        thrown.message,
        /plug-1 in hourly from 2026-01-15T22:00:00.000Z.*samples: 11, not 12; resets: 1, not 0/,
      )
      return true
    })
    assert.equal(stage.tiers.readings('plug-1').length, readings + 288)
    stage.tiers.fault = () => undefined
    const report = await stage.run()
    assert.equal(report.tiers[0]?.expired.rows, 288)
  })

  it('says that it wrote and did not: nothing goes before it has', async () => {
    const stage = new RetentionStage()
    stage.clock.jump(10 * DAY)
    stage.fill(START, stage.clock.now())
    stage.tiers.fault = (call) => (call === 'write' ? 'forget' : undefined)
    await assert.rejects(stage.run(), { code: 'ROLL_UP_UNVERIFIED' })
    assert.equal(stage.tiers.readings('plug-1').length, 2880)
    assert.equal(stage.catalog.watermark('hourly'), undefined)
  })

  it('forgets readings when it rolls up: they are counted before they go, and stay', async () => {
    const stage = await rolledUp()
    const lie = () => {
      stage.tiers.fault = (call) => (call === 'rollUp' ? 'lie' : undefined)
    }
    stage.tiers.put(stage.reading(START + 3 * DAY + 1000))
    later(stage, DAY)
    lie()
    const report = await stage.run()
    assert.ok((report.tiers[0]?.held_back ?? 0) > 0)
    assert.ok(report.findings.some((finding) => finding.includes('raw')))
    assert.ok((stage.tiers.readings('plug-1')[0]?.timestamp ?? 0) < START + 3 * DAY)
  })

  it('goes on where it was after it failed at any call', async () => {
    const whole = await rolledUp()
    const expected = [whole.tiers.rows('hourly'), whole.tiers.rows('daily'), whole.tiers.readings('plug-1')]
    for (const call of ['prepare', 'extent', 'devices', 'rollUp', 'write', 'read', 'count', 'expire'] as const) {
      for (const fault of ['fail', 'fail_after'] as const) {
        const stage = new RetentionStage()
        stage.clock.jump(10 * DAY)
        stage.fill(START, stage.clock.now())
        once(stage, call, fault)
        await assert.rejects(stage.run(), { code: 'DATABASE_UNAVAILABLE' })
        await stage.run()
        assert.deepEqual(
          [stage.tiers.rows('hourly'), stage.tiers.rows('daily'), stage.tiers.readings('plug-1')],
          expected,
        )
      }
    }
  })
})
