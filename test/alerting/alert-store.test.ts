import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { AlertStore } from '../../src/alerting/alert-store'
import type { SavedAlerts } from '../../src/alerting/saved-alerts'
import type { MonitorError } from '../../src/domain/errors'
import { AlertStage } from '../support/alert-stage'
import { FakeClock } from '../support/fake-clock'
import { offline, reading } from '../support/alert-timeline'

describe('AlertStore', () => {
  let folder: string
  let file: string
  let clock: FakeClock
  let content: SavedAlerts
  let gathered: number
  let reports: MonitorError[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alert-store-'))
    file = join(folder, 'alerts.json')
    clock = new FakeClock()
    content = { rules: [], switched: [], asked: [], subjects: [], watches: [], incidents: {}, notifier: {} }
    gathered = 0
    reports = []
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  function make(path = file): AlertStore {
    const report = (error: MonitorError) => void reports.push(error)
    const gather = () => {
      gathered++
      return content
    }
    return new AlertStore({ file: path, clock, report, content: gather })
  }

  it('writes what has happened a tenth of a second later, in one go', async () => {
    const store = make()
    await store.start()
    store.changed()
    clock.advance(50)
    store.changed()
    clock.advance(49)
    assert.equal(gathered, 0)
    clock.advance(1)
    assert.equal(gathered, 1)
    await store.stop()
    assert.equal(clock.pending, 0)
  })

  it('writes what only drifts every half minute, and not at all while it stays the same', async () => {
    const store = make()
    await store.start()
    store.drifted()
    clock.advance(30_000)
    await store['file'].idle()
    const { mtimeMs, ino } = await stat(file)
    for (let turn = 0; turn < 5; turn++) {
      store.drifted()
      clock.advance(30_000)
    }
    await store['file'].idle()
    const after = await stat(file)
    assert.deepEqual([after.mtimeMs, after.ino], [mtimeMs, ino])
    assert.equal(gathered, 6)
    await store.stop()
  })

  it('brings back what was there when it was stopped', async () => {
    const store = make()
    await store.start()
    content = { ...content, switched: [['high', false]] }
    await store.stop()
    await store.stop()
    const kept = await make().start()
    assert.deepEqual(kept, { saved: content, saved_at: clock.now() })
    assert.deepEqual(reports, [])
  })

  it('reports a folder that cannot be written once', async () => {
    const store = make(join(folder, 'nowhere', 'alerts.json'))
    await store.start()
    for (let turn = 0; turn < 3; turn++) {
      store.changed()
      clock.advance(60_000)
      await store['file'].idle()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await store.stop()
    assert.equal(reports.length, 1)
    assert.equal(clock.pending, 0)
  })

  it('sets aside what is none of ours, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), fc.string(), fc.constant('{"format":"kasa-monitor-alerts"}')),
        async (text) => {
          reports = []
          await writeFile(file, text)
          const store = make()
          assert.equal(await store.start(), undefined)
          await store.stop()
          assert.equal(await readFile(`${file}.damaged`, 'utf8'), text)
          assert.equal(reports[0]?.code, 'DATABASE_INVALID')
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('A file of alerts in which anything is something else', () => {
  const rules = [
    { condition: { kind: 'above', value: 2000 }, for_s: 60, cooldown_s: 60 },
    { condition: { kind: 'offline' }, many_from: 2 },
    { condition: { kind: 'finished' } },
    { condition: { kind: 'energy', limit_kwh: 1 } },
    { condition: { kind: 'no_data', after_s: 30 } },
    { condition: { kind: 'above', value: 10 }, together: 'sum' },
  ]

  it('keeps no alerts from starting', async () => {
    const stage = new AlertStage({ rules }, 0)
    await stage.open()
    for (const name of ['Washer', 'Dryer', 'Lamp']) {
      reading(name, { power_w: 2100, on: true, energy_kwh: 1 })(stage)
      if (name !== 'Lamp') offline(name)(stage)
    }
    stage.advanceTo(40_000)
    let text = ''
    await stage.restart({ away_ms: 0, meanwhile: async () => void (text = await readFile(stage.file, 'utf8')) })
    const places = [...text.matchAll(/(?<=[:[,])(?:-?\d+(?:\.\d+)?|"[^"\\]*"|true|false|null)(?=[,}\]])/g)]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 1 })), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          let damaged = text
          for (const [place, value] of changes.sort(([one], [other]) => other - one)) {
            const { index = 0, 0: found = '' } = places[place] ?? {}
            damaged = damaged.slice(0, index) + JSON.stringify(value) + damaged.slice(index + found.length)
          }
          stage.failures.length = 0
          await stage.restart({ away_ms: 0, meanwhile: () => writeFile(stage.file, damaged) })
          reading('Washer', { power_w: 5, on: true, energy_kwh: 2 })(stage)
          stage.advanceTo(stage.now_ms + 100_000)
          assert.deepEqual(
            stage.failures.filter(({ code }) => code === 'INTERNAL'),
            [],
          )
        },
      ),
      { numRuns: 150 },
    )
    await stage.close()
  }).timeout(60_000)
})
