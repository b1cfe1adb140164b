import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import type { Verdict } from '../../../src/database/sending/verdict'
import type { Lines } from '../../../src/database/store'
import { FileTierCatalog } from '../../../src/database/tiers/file-tier-catalog'
import { LateReadings } from '../../../src/database/tiers/late-readings'
import { parseTiers, type SavedTiers } from '../../../src/database/tiers/saved-tiers'
import type { TierPlan } from '../../../src/database/tiers/tier'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aPoint, aReading, aRecord, START, withFolder } from '../../support/database-samples'
import { FakeClock } from '../../support/fake-clock'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const GAP_MS = 5 * MINUTE
const PLAN: TierPlan = {
  raw_keep_days: 7,
  tiers: [
    { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] },
    { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 0, fields: [] },
  ],
  time_zone: 'UTC',
}
const STORED: Verdict = { kind: 'stored' }

interface Subject {
  readonly late: LateReadings
  readonly catalog: FileTierCatalog
  readonly file: string
  answer: (lines: Lines) => Promise<Verdict>
}

async function withSubject(run: (subject: Subject) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const catalog = new FileTierCatalog(folder)
    await catalog.start()
    await catalog.setPlan(PLAN)
    const store = {
      grace_ms: 0,
      probe: () => Promise.resolve(),
      send: (lines: Lines) => subject.answer(lines),
    }
    const late = new LateReadings({ store, catalog, maximum_gap_ms: GAP_MS, clock: new FakeClock(START + 9 * DAY) })
    const answer = () => Promise.resolve(STORED)
    const subject: Subject = { late, catalog, file: join(folder, 'tiers.json'), answer }
    await run(subject)
    await catalog.stop()
  })
}

function linesOf(readings: readonly Reading[], others = ''): Lines {
  const encoder = new LineEncoder()
  const text = others + readings.map((reading) => encoder.reading(reading)).join('')
  return { text: Buffer.from(text), count: text.split('\n').length - 1 }
}

function at(timestamp: number, device_id = 'plug-1'): Reading {
  return aReading({ device_id, timestamp, power_w: 1 })
}

function saved(file: string): SavedTiers {
  return parseTiers(readFileSync(file, 'utf8'))
}

describe('late readings', () => {
  it('mark their surroundings on disk, for each tier that reaches beyond them', () =>
    withSubject(async ({ late, catalog, file }) => {
      await catalog.setWatermark('hourly', START + 5 * HOUR)
      await catalog.setWatermark('daily', START)
      const old = START - HOUR
      await late.send(linesOf([at(START + HOUR), at(old, 'Küche, 1'), at(START + 5 * HOUR), at(START + HOUR + 7)]))
      const { dirty } = saved(file)
      const kitchen = { device_id: 'Küche, 1', from: old - GAP_MS, to: old + GAP_MS }
      // The first one behind the last bucket tells what was used at its end.
      const next = { device_id: 'plug-1', from: START + 5 * HOUR - GAP_MS, to: START + 5 * HOUR }
      const plug = { device_id: 'plug-1', from: START + HOUR - GAP_MS, to: START + HOUR + 7 + GAP_MS }
      assert.deepEqual(dirty.get('hourly'), [kitchen, plug, next])
      assert.deepEqual(dirty.get('daily'), [kitchen])
    }))

  it('are readings alone, and none before anything is rolled up', () =>
    withSubject(async ({ late, catalog }) => {
      await late.send(linesOf([at(START)]))
      assert.deepEqual(catalog.dirty('hourly'), [])
      await catalog.setWatermark('hourly', START + HOUR)
      const encoder = new LineEncoder()
      const others = [
        encoder.recorded(aRecord()),
        encoder.point(aPoint()),
        encoder.point(aPoint({ measurement: 'reading,of=mine', tags: { device_id: 'x' } })),
        `reading power_w=1 ${START}\n\nnonsense\n`,
      ]
      await late.send(linesOf([at(START + 2 * HOUR)], others.join('')))
      assert.deepEqual(catalog.dirty('hourly'), [])
    }))

  it('are not marked where the store has not taken them', () =>
    withSubject(async (subject) => {
      await subject.catalog.setWatermark('hourly', START + HOUR)
      const error = new MonitorError('DATABASE_UNAVAILABLE', 'away')
      for (const verdict of [
        { kind: 'retry', error },
        { kind: 'refused', reason: 'no' },
      ] as const) {
        subject.answer = () => Promise.resolve(verdict)
        assert.equal(await subject.late.send(linesOf([at(START)])), verdict)
      }
      assert.deepEqual(subject.catalog.dirty('hourly'), [])
    }))

  it('wait in the spool while somebody works on their time, and others do not', () =>
    withSubject(async (subject) => {
      const { late, catalog } = subject
      await catalog.setWatermark('hourly', START + 10 * HOUR)
      const stored: string[] = []
      let answer = () => {}
      subject.answer = ({ text }) => {
        stored.push(text.toString())
        return new Promise((resolve) => (answer = () => resolve(STORED)))
      }
      const turn = () => new Promise((resolve) => setImmediate(resolve))
      const underWay = late.send(linesOf([at(START + 9 * HOUR)]))
      let finish = () => {}
      let hasBegun = false
      const work = late.keepOut({ from: START, to: START + 2 * HOUR }, () => {
        hasBegun = true
        return new Promise<void>((resolve) => (finish = resolve))
      })
      const waiting = late.send(linesOf([at(START + HOUR)]))
      await turn()
      assert.deepEqual([hasBegun, stored.length], [false, 1])
      answer()
      await underWay
      await turn()
      assert.equal(hasBegun, true)
      const other = late.send(linesOf([at(START + 11 * HOUR)]))
      answer()
      await other
      assert.equal(stored.length, 2)
      finish()
      await work
      await turn()
      answer()
      await waiting
      assert.equal(stored.length, 3)
      await assert.rejects(late.keepOut({ from: START, to: START + HOUR }, () => Promise.reject(new Error('no'))))
      const last = late.send(linesOf([at(START)]))
      answer()
      await last
    }))

  it('of a spool that comes back after days are few marks', () =>
    withSubject(async ({ late, catalog, file }) => {
      await catalog.setWatermark('hourly', START + 10 * DAY)
      for (let batch = 0; batch < 4; batch += 1) {
        const readings = Array.from({ length: 5000 }, (_, index) =>
          at(START + (batch * 1250 + Math.floor(index / 4)) * MINUTE, `plug-${index % 4}`),
        )
        await late.send(linesOf(readings))
      }
      assert.equal(catalog.dirty('hourly').length, 4)
      assert.equal(saved(file).dirty.get('hourly')?.length, 4)
    }))

  it('are never stored without a mark, wherever the process is killed and whatever is being rolled up', async function () {
    this.timeout(60_000)
    const batches = fc.array(fc.array(fc.integer({ min: 0, max: 239 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), batches, (scheduler, drafts) =>
        withSubject(async (subject) => {
          const { late, catalog, file } = subject
          const stored = new Set<number>()
          const acknowledged = new Set<number>()
          /** In a row that is verified. */
          const rolled = new Set<number>()
          const pause = (label: string) => scheduler.schedule(Promise.resolve(), label)
          const assertKillable = () => {
            const { watermarks, dirty } = saved(file)
            const marks = dirty.get('hourly') ?? []
            for (const moment of acknowledged) {
              const isLate = moment < (watermarks.get('hourly') ?? 0) && !rolled.has(moment)
              const isMarked = marks.some(({ from, to }) => from <= moment - GAP_MS && to > moment)
              assert.ok(!isLate || isMarked, `${(moment - START) / MINUTE} is late and not marked`)
            }
          }
          const send = async (minutes: number[]) => {
            await pause('to the store')
            const moments = minutes.map((minute) => START + minute * MINUTE)
            subject.answer = async () => {
              await pause('in the store')
              for (const moment of moments) stored.add(moment)
              await pause('the answer')
              return STORED
            }
            await late.send(linesOf(moments.map((moment) => at(moment))))
            for (const moment of moments) acknowledged.add(moment)
          }
          const retain = async () => {
            for (const hour of [1, 2, 4]) {
              await pause('retention')
              const until = START + hour * HOUR
              late.rolling(until)
              const seen = [...stored].filter((moment) => moment < until)
              await pause('verified')
              const isNew = seen.filter((moment) => moment >= (catalog.watermark('hourly') ?? 0))
              for (const moment of isNew) rolled.add(moment)
              await catalog.setWatermark('hourly', until)
            }
          }
          // One batch after the other, as the sender does.
          const sending = drafts.reduce((before, minutes) => before.then(() => send(minutes)), Promise.resolve())
          const all = Promise.all([sending, retain()])
          let isDone = false
          void all.then(() => (isDone = true))
          while (!isDone) {
            if (scheduler.count() > 0) await scheduler.waitOne()
            else await new Promise((resolve) => setImmediate(resolve))
            assertKillable()
          }
          assertKillable()
        }),
      ),
      { numRuns: 60 },
    )
  })
})
