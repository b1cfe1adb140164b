import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Device } from '../../src/domain/device'
import { KnownDevices, MOST_DEVICES } from '../../src/homeassistant/known-devices'
import { reading } from '../support/readings'

const strip: Device = {
  device_id: 'strip',
  alias: 'Desk',
  model: 'HS300(US)',
  host: '127.0.0.1',
  kind: 'strip',
  integration: 'kasa',
  features: ['relay', 'energy'],
}
const outlet = (device_id: string) => reading({ device_id, parent_id: 'strip' })

describe('What is known of devices', () => {
  it('takes another shape with the first reading, a new name, a new model and a new key alone', () => {
    const devices = new KnownDevices()
    assert.equal(devices.takeReading(reading({ timestamp: 1 }), 0), 'shape')
    assert.equal(devices.takeReading(reading({ timestamp: 2, power_w: 3 }), 0), 'value')
    assert.equal(devices.takeReading(reading({ timestamp: 3, alias: 'Pot' }), 0), 'shape')
    assert.equal(devices.takeReading(reading({ timestamp: 4, alias: 'Pot', voltage_v: 230 }), 0), 'shape')
    assert.equal(devices.takeReading(reading({ timestamp: 5, alias: 'Pot' }), 0), 'value')
    assert.deepEqual([...(devices.get('plug-1')?.keys ?? [])], ['on', 'power_w', 'voltage_v'])
  })

  it('is not changed by a reading that comes late', () => {
    const devices = new KnownDevices()
    devices.takeReading(reading({ timestamp: 10, power_w: 10 }), 10)
    assert.equal(devices.takeReading(reading({ timestamp: 9, power_w: 9 }), 11), 'none')
    assert.equal(devices.get('plug-1')?.reading?.power_w, 10)
  })

  it('believes its readings again after a clock that was ahead has been set back', () => {
    const devices = new KnownDevices()
    devices.takeReading(reading({ timestamp: 5000 }), 5000)
    assert.equal(devices.takeReading(reading({ timestamp: 1000, power_w: 9 }), 1001), 'value')
    assert.equal(devices.takeReading(reading({ timestamp: 999, power_w: 8 }), 1002), 'none')
    assert.equal(devices.get('plug-1')?.reading?.power_w, 9)
  })

  it('does not come back with a reading of before it was removed, but with a later one', () => {
    const devices = new KnownDevices()
    devices.takeReading(reading({ timestamp: 10 }), 10)
    devices.remove('plug-1', 20)
    assert.equal(devices.takeReading(reading({ timestamp: 15 }), 21), 'none')
    assert.equal(devices.size, 0)
    assert.equal(devices.takeReading(reading({ timestamp: 25 }), 25), 'shape')
  })

  it('remembers keys over a restart', () => {
    const devices = new KnownDevices()
    devices.remember('plug-1', { alias: 'Kettle', model: 'HS110(EU)', keys: ['on', 'power_w', 'energy_kwh'] })
    const known = devices.get('plug-1')
    assert.equal(known?.alias, 'Kettle')
    assert.deepEqual([...(known?.keys ?? [])], ['on', 'power_w', 'energy_kwh'])
    assert.equal(known?.reading, undefined)
  })

  it('has outlets below their strip, whichever is heard of first', () => {
    const devices = new KnownDevices()
    devices.takeReading(outlet('one'), 0)
    devices.takeDevice(strip)
    devices.takeReading(outlet('two'), 0)
    assert.deepEqual(
      devices.get('strip')?.outlets.map(({ device_id }) => device_id),
      ['one', 'two'],
    )
    assert.equal(devices.get('one')?.parent, devices.get('strip'))
  })

  it('has what is behind a hub below the hub that it says itself, whatever was remembered', () => {
    const devices = new KnownDevices()
    const hubOf = () => devices.get('probe')?.parent?.device_id
    const probe = (parent_id?: string) => reading({ device_id: 'probe', ...(parent_id !== undefined && { parent_id }) })
    for (const device_id of ['attic', 'cellar']) devices.takeReading(reading({ device_id }), 0)
    devices.remember('probe', { alias: 'Probe', model: 'T310(EU)', parent_id: 'attic', keys: [] })
    devices.takeReading(probe('attic'), 0)
    assert.equal(devices.takeReading(probe('cellar'), 0), 'shape')
    assert.equal(hubOf(), 'cellar')
    assert.deepEqual(devices.get('attic')?.outlets, [])
    assert.equal(devices.takeReading(probe(), 0), 'value')
    assert.equal(hubOf(), 'cellar')
    devices.takeDevice({ ...strip, device_id: 'probe', parent_id: 'attic', kind: 'sensor' })
    assert.equal(hubOf(), 'attic')
    devices.takeDevice({ ...strip, device_id: 'probe', kind: 'sensor' })
    assert.equal(hubOf(), undefined)
  })

  it('has them there again after the strip was away', () => {
    const devices = new KnownDevices()
    devices.takeDevice(strip)
    devices.takeReading(outlet('one'), 0)
    devices.remove('strip', 0)
    assert.equal(devices.get('one')?.parent, undefined)
    devices.takeDevice(strip)
    assert.equal(devices.get('one')?.parent?.device_id, 'strip')
  })

  it('knows nothing of outlets that are gone', () => {
    const devices = new KnownDevices()
    devices.takeReading(outlet('one'), 0)
    devices.remove('one', 0)
    devices.takeDevice(strip)
    assert.deepEqual(devices.get('strip')?.outlets, [])
    assert.equal(devices.find('one'), undefined)
  })

  it('takes details of known devices, and another shape with the first of each', () => {
    const devices = new KnownDevices()
    assert.equal(devices.takeDetails({ device_id: 'plug-1', led: true }), 'none')
    devices.takeReading(reading(), 0)
    assert.equal(devices.takeDetails({ device_id: 'plug-1', led: true }), 'shape')
    assert.equal(devices.takeDetails({ device_id: 'plug-1', led: false }), 'value')
    assert.equal(devices.get('plug-1')?.details.led, false)
  })

  it('is bounded', () => {
    const devices = new KnownDevices()
    for (let index = 0; index <= MOST_DEVICES; index++) devices.takeReading(reading({ device_id: `${index}` }), 0)
    assert.equal(devices.size, MOST_DEVICES)
    assert.equal(devices.takeReading(reading({ device_id: 'one more' }), 0), 'none')
  })

  it('has each outlet at its parent and nowhere else, whatever comes and goes', () => {
    const step = fc.record({
      device_id: fc.constantFrom('a', 'b', 'c', 'd'),
      parent_id: fc.constantFrom(undefined, 'a', 'b'),
      says: fc.constantFrom('removed', 'reading', 'description', 'remembered'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const devices = new KnownDevices()
        const parents = new Map<string, string | undefined>()
        for (const { device_id, parent_id, says } of steps) {
          const isKnown = parents.has(device_id)
          if (parent_id === device_id) continue
          const below = parent_id === undefined ? {} : { parent_id }
          if (says === 'removed') {
            devices.remove(device_id, 0)
            parents.delete(device_id)
            continue
          }
          if (says === 'description') devices.takeDevice({ ...strip, device_id, ...below })
          else if (says === 'reading') devices.takeReading(reading({ device_id, ...below }), 0)
          else devices.remember(device_id, { alias: '', model: '', parent_id, keys: [] })
          const isSaid = says === 'description' || (says === 'reading' && parent_id !== undefined)
          if (isSaid || !isKnown) parents.set(device_id, parent_id)
        }
        assert.deepEqual(new Map([...devices.all()].map((entry) => [entry.device_id, entry.parent_id])), parents)
        for (const entry of devices.all()) {
          const parent = entry.parent_id === undefined ? undefined : devices.get(entry.parent_id)
          assert.equal(entry.parent, parent)
          const listed = [...devices.all()].filter(({ outlets }) => outlets.includes(entry))
          assert.deepEqual(listed, parent ? [parent] : [])
        }
      }),
    )
  })
})
