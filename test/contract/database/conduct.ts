import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { aPoint, aReading, aRecord } from '../../support/database-samples'
import { PATIENCE_MS, query, refusal, type Subject } from './subject'

/** What it tells about itself, and how it begins and ends. */
export function describeConduct(subject: Subject): void {
  describe('at work', () => {
    it('shows what was accepted before in every question', async () => {
      const device_id = subject.newDevice()
      await subject.database.write([aReading({ device_id, power_w: 1 })])
      await subject.database.writeRecorded([aRecord({ device_id })])
      const [latest, { rows }, recorded] = await Promise.all([
        subject.database.latest([device_id]),
        subject.ask({ device_ids: device_id }),
        subject.database.recorded(query({ device_ids: device_id })),
      ])
      assert.deepEqual([latest.length, rows.length, recorded.length], [1, 1, 1])
    })

    it('counts what it has written, skipped and refused, and what waits', async () => {
      const before = subject.database.status()
      const device_id = subject.newDevice()
      await subject.keep([aReading({ device_id }), aReading({ device_id, source: 'cache' })])
      await subject.keepRecorded([aRecord({ device_id })])
      await subject.keepPoints([aPoint({ tags: { meter: device_id } })])
      await refusal(subject.database.write([aReading({ device_id }), aReading({ device_id, power_w: Number.NaN })]))
      const { state, written, skipped, refused, queued, dropped, quarantined } = subject.database.status()
      assert.equal(state, 'ok')
      assert.deepEqual([written, skipped, refused], [before.written + 3, before.skipped + 1, before.refused + 2])
      assert.deepEqual([queued, dropped, quarantined], [0, 0, 0])
    })

    it('says that all is in the store where nothing waits', async () => {
      assert.equal(await subject.database.settle(PATIENCE_MS), true)
      assert.equal(await subject.database.settle(0), true)
    })

    it('tells how it is: its name, what it counts, and how its spool is', async () => {
      await subject.keep([aReading({ device_id: subject.newDevice() })])
      await subject.database.latest()
      const health = await subject.database.health()
      assert.match(health.name, /^\S+ .*\d/)
      for (const { count, failures, latency_ms } of [health.writes, health.queries]) {
        assert.ok(count > 0 && failures <= count)
        const { p50 = Number.NaN, p99 = Number.NaN, maximum = Number.NaN } = latency_ms
        assert.ok(p50 <= p99 && p99 <= maximum)
      }
      assert.equal(health.spool.points, 0)
      assert.ok(health.findings.every((finding) => typeof finding === 'string'))
      assert.deepEqual(JSON.parse(JSON.stringify(health)), health)
    })
  })

  describe('at its end', () => {
    it('may be started and stopped twice, and is closed then', async () => {
      const { database, end } = await subject.make()
      await Promise.all([database.start(), database.start()])
      assert.equal(database.status().state, 'ok')
      await Promise.all([database.stop(), database.stop()])
      const calls = [
        database.start(),
        database.write([]),
        database.writeRecorded([]),
        database.writePoints([]),
        database.settle(0),
        database.latest(),
        database.history(query({})),
        database.recorded(query({})),
        database.backup('copy'),
        database.health(),
      ]
      const codes = (await Promise.all(calls.map(refusal))).map(({ code }) => code)
      assert.deepEqual(new Set(codes), new Set(['CLOSED']))
      assert.equal(database.status().state, 'closed')
      await end()
    })
  })
}
