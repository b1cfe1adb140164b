import { strict as assert } from 'node:assert'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import { EnergyStore } from '../../src/polling/energy-store'
import { FakeClock } from '../support/fake-clock'

const said = (energy_total_kwh: number): Reading => ({
  device_id: 'plug',
  alias: 'plug',
  model: 'S1',
  host: 'h',
  timestamp: Date.UTC(2026, 0, 5),
  energy_total_kwh,
  source: 'poll',
  quality: 'good',
})

describe('EnergyStore', () => {
  let folder: string
  let file: string
  let clock: FakeClock
  let reports: MonitorError[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'energy-store-'))
    file = join(folder, 'energy.json')
    clock = new FakeClock()
    reports = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function open(path = file): Promise<EnergyStore> {
    const store = new EnergyStore({ file: path, clock, report: (error) => void reports.push(error) })
    await store.start()
    return store
  }

  function count(store: EnergyStore, device_id: string, kwh: number): void {
    store.of(device_id).observe(said(kwh), clock.now(), 0)
    store.touch()
  }

  it('keeps totals across restarts', async () => {
    const store = await open()
    count(store, '__proto__', 5)
    count(store, 'plug', 12.5)
    await store.stop()
    await store.stop()
    const again = await open()
    assert.equal(again.of('plug').total_kwh, 12.5)
    assert.equal(again.of('__proto__').total_kwh, 5)
    assert.equal(again.of('other').total_kwh, undefined)
    assert.deepEqual(await readdir(folder), ['energy.json'])
    assert.deepEqual(reports, [])
  })

  it('knows across restarts that a counter has come to its end', async () => {
    const store = await open()
    const energy = store.of('plug')
    energy.restore({ total_kwh: 1.3, source: 'power', ended_kwh: 1.193, timestamp: clock.now() })
    store.touch()
    await store.stop()
    assert.equal((await open()).of('plug').state()?.ended_kwh, 1.193)
  })

  it('writes a minute after a change, and not again without one', async () => {
    const store = await open()
    assert.equal(clock.pending, 0)
    count(store, 'plug', 1)
    count(store, 'plug', 1.001)
    assert.equal(clock.pending, 1)
    clock.advance(60_000)
    await store.stop()
    assert.equal(clock.pending, 0)
    assert.match(await readFile(file, 'utf8'), /1\.001/)
  })

  it('sets a damaged or foreign file aside, says so, and begins anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.constant('{"format":"kasa-mon')), async (text) => {
        reports.length = 0
        await writeFile(file, text)
        const store = await open()
        count(store, 'plug', 3)
        await store.stop()
        assert.equal(reports.length, 1)
        assert.equal(reports[0]?.code, 'DATABASE_INVALID')
        assert.equal(await readFile(`${file}.damaged`, 'utf8'), text)
        assert.equal((await open()).of('plug').total_kwh, 3)
      }),
      { numRuns: 25 },
    )
  })

  it('refuses a file in which one total is none', async () => {
    const store = await open()
    count(store, 'plug', 12.5)
    await store.stop()
    await writeFile(file, (await readFile(file, 'utf8')).replace('12.5', '-12.5'))
    assert.equal((await open()).of('plug').total_kwh, undefined)
    assert.equal(reports.length, 1)
  })

  it('reports a folder that cannot be written once, and goes on counting', async () => {
    const store = await open(join(folder, 'nowhere', 'energy.json'))
    count(store, 'plug', 1)
    await store.stop()
    count(store, 'plug', 1.005)
    await store.stop()
    assert.equal(reports.length, 1)
    assert.equal(store.of('plug').total_kwh, 1.005)
    assert.equal(clock.pending, 0)
  })

  it('lives in memory alone without a file', async () => {
    const store = new EnergyStore({ clock, report: (error) => void reports.push(error) })
    await store.start()
    count(store, 'plug', 1)
    assert.equal(clock.pending, 0)
    await store.stop()
  })
})
