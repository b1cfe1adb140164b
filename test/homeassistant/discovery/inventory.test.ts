import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { MonitorError } from '../../../src/domain/errors'
import { emptyRecord, type DeviceRecord } from '../../../src/homeassistant/discovery/device-record'
import { Inventory } from '../../../src/homeassistant/discovery/inventory'
import { parseInventory, serialiseInventory } from '../../../src/homeassistant/discovery/saved-inventory'
import { MOST_DEVICES } from '../../../src/homeassistant/known-devices'
import { damaged, havoc } from '../../support/damage'
import { FakeClock } from '../../support/fake-clock'

const STALE = 'homeassistant/device/kasa/kasa_Z/config'

function fullRecord(): DeviceRecord {
  return {
    alias: 'Heater',
    model: 'HS110(EU)',
    parent_id: 'S',
    fleet_id: 'fleet',
    keys: new Set(['on', 'power_w', 'led']),
    cost: { amount: 1.5, energy_kwh: 5, timestamp: 7, currency: 'EUR' },
    household: [{ from: 0, used_kwh: 3 }],
    alerts: { rules: ['x'] },
    announced: {
      form: 'device',
      prefix: 'homeassistant',
      base: 'kasa',
      components: new Map([['power', 'sensor']]),
      gone: new Map([['led', 'switch']]),
    },
  }
}

describe('Inventory', () => {
  let folder: string
  let file: string
  let clock: FakeClock
  let reports: MonitorError[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inventory-'))
    file = join(folder, 'inventory.json')
    clock = new FakeClock()
    reports = []
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function begin(given: { readonly file?: string } = {}): Promise<Inventory> {
    const report = (error: MonitorError) => void reports.push(error)
    const inventory = new Inventory({ file, clock, report, ...given })
    await inventory.start()
    return inventory
  }

  it('writes nothing any more where it was stopped before it had been read', async () => {
    const inventory = new Inventory({ file, clock, report: (error) => void reports.push(error) })
    const started = inventory.start()
    await inventory.stop()
    await started
    inventory.record('A').alias = 'Heater'
    inventory.changed()
    assert.equal(clock.pending, 0)
  })

  it('knows after a restart what it knew', async () => {
    const before = await begin()
    Object.assign(before.record('A'), fullRecord())
    before.record().alerts = 7
    before.stale.add(STALE)
    before.touch()
    await before.stop()
    await before.stop()
    const after = await begin()
    assert.deepEqual(after.record('A'), fullRecord())
    assert.deepEqual(after.record(), { ...emptyRecord(), alerts: 7 })
    assert.deepEqual([...after.stale], [STALE])
    assert.deepEqual(
      [...after.records()].map(([device_id]) => device_id),
      ['A', undefined],
    )
    assert.equal(clock.pending, 0)
  })

  it('writes what must not be lost within two seconds, and what only drifts within a minute', async () => {
    const inventory = await begin()
    inventory.record('A').alias = 'one'
    inventory.touch()
    clock.advance(59_999)
    assert.deepEqual(await readdir(folder), [])
    clock.advance(1)
    await inventory['file'].idle()
    assert.match(await readFile(file, 'utf8'), /one/)
    inventory.record('A').alias = 'two'
    inventory.touch()
    inventory.changed()
    clock.advance(2000)
    await inventory['file'].idle()
    assert.match(await readFile(file, 'utf8'), /two/)
    assert.equal(clock.pending, 0)
    await inventory.stop()
  })

  it('forgets a device as a whole', async () => {
    const before = await begin()
    Object.assign(before.record('A'), fullRecord())
    before.forget('A')
    before.forget('B')
    await before.stop()
    const after = await begin()
    assert.equal(after.find('A'), undefined)
    assert.deepEqual(after.record('A'), emptyRecord())
  })

  it('sets a file aside that is none of its own, and begins anew', async () => {
    for (const text of ['{', '[]', '{"format":"kasa-monitor-home-assistant","version":2,"devices":[]}']) {
      await writeFile(file, text)
      const inventory = await begin()
      assert.deepEqual([...inventory.records()], [])
      assert.equal(await readFile(`${file}.damaged`, 'utf8'), text)
      await inventory.stop()
    }
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['DATABASE_INVALID', 'DATABASE_INVALID', 'DATABASE_INVALID'],
    )
  })

  it('goes on in memory where there is no file', async () => {
    const inventory = new Inventory({ file: undefined, clock, report: (error) => void reports.push(error) })
    await inventory.start()
    inventory.record('A').alias = 'one'
    inventory.changed()
    assert.equal(inventory.record('A').alias, 'one')
    assert.equal(clock.pending, 0)
    await inventory.stop()
    assert.deepEqual(reports, [])
  })

  it('tries again later where the disk refuses, and reports it once', async () => {
    const inventory = await begin({ file: join(folder, 'missing', 'inventory.json') })
    inventory.record('A').alias = 'one'
    for (let time = 0; time < 3; time++) {
      inventory.changed()
      clock.advance(2000)
      await inventory['file'].idle()
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(reports.length, 1)
    assert.equal(clock.pending, 1)
    await inventory.stop()
  })

  it('keeps no more devices than there can be', async () => {
    const inventory = await begin()
    for (let number = 0; number < MOST_DEVICES + 10; number++) inventory.record(`${number}`)
    assert.ok([...inventory.records()].length <= MOST_DEVICES + 1)
    assert.deepEqual(inventory.record('one more'), emptyRecord())
    await inventory.stop()
  })

  it('clears nothing of others, whatever the file says', () => {
    const stale = ['homeassistant/device/zigbee_1/config', 'kasa/A/state', '#', 7, null, 'a/kasa/b_1/config', STALE]
    const text = JSON.stringify({ format: 'kasa-monitor-home-assistant', version: 1, devices: [], stale })
    assert.deepEqual([...parseInventory(text).stale], [STALE])
  })

  it('reads whatever is left of a damaged file, and never anything else than records', () => {
    const records = new Map([
      ['A', fullRecord()],
      [undefined, emptyRecord()],
    ])
    const sound = JSON.parse(serialiseInventory({ records, stale: new Set([STALE]) })) as object
    fc.assert(
      fc.property(fc.array(havoc, { minLength: 1, maxLength: 4 }), (damages) => {
        const text = JSON.stringify(damaged(sound, damages))
        let read: ReturnType<typeof parseInventory>
        try {
          read = parseInventory(text)
        } catch (thrown) {
          assert.equal((thrown as MonitorError).code, 'DATABASE_INVALID')
          return
        }
        for (const [device_id, record] of read.records) {
          assert.ok(device_id === undefined || device_id.length > 0)
          assert.deepEqual(Object.keys(record), Object.keys(emptyRecord()))
          assert.deepEqual(parseInventory(serialiseInventory(read)).records.get(device_id), record)
        }
        assert.ok(!('on' in {}))
      }),
    )
  })
})
