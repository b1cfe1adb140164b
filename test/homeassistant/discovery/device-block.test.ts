import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import type { Device } from '../../../src/domain/device'
import { bridgeBlock, deviceBlockOf } from '../../../src/homeassistant/discovery/device-block'
import type { KnownDevice } from '../../../src/homeassistant/known-device'
import { parseHomeAssistantOptions } from '../../../src/homeassistant/parse-options'
import { Topics } from '../../../src/homeassistant/topics'

const PLUG: Device = {
  device_id: 'A',
  alias: 'Heater',
  model: 'HS110(EU)',
  host: '127.0.0.1',
  kind: 'plug',
  integration: 'kasa',
  mac: '50:C7:BF:01:02:03',
  firmware: '1.2.6',
  hardware: '4.0',
  features: [],
}

function known(device: Device, parent?: KnownDevice): KnownDevice {
  const { device_id, alias, model } = device
  const rest = { outlets: [], details: { device_id }, keys: new Set<never>() }
  return { device_id, alias, model, device, ...rest, ...(parent && { parent }) }
}

function context(merge_native: 'yes' | 'no' = 'no', base = 'kasa') {
  return { topics: new Topics(base, 'homeassistant'), options: parseHomeAssistantOptions({ merge_native }) }
}

describe('the device block', () => {
  it('says what a device is, with what the native integration calls it', () => {
    assert.deepEqual(deviceBlockOf(known(PLUG), context()), {
      identifiers: ['kasa_A'],
      name: 'Heater',
      manufacturer: 'TP-Link',
      model: 'HS110(EU)',
      hw_version: '4.0',
      sw_version: '1.2.6',
    })
  })

  it('leaves out what is not known', () => {
    const stranger = { ...known(PLUG), alias: ' ', model: '' }
    const { device: _, ...readingsAlone } = stranger
    assert.deepEqual(deviceBlockOf(readingsAlone, context()), { identifiers: ['kasa_A'], name: 'A' })
  })

  it('names no manufacturer of devices of other integrations', () => {
    assert.equal(deviceBlockOf(known({ ...PLUG, integration: 'other' }), context()).manufacturer, undefined)
  })

  it('becomes one with the native device by its address only where that is wanted, and never for a part of it', () => {
    const plug = known(PLUG)
    assert.deepEqual(deviceBlockOf(plug, context('yes')).connections, [['mac', '50:C7:BF:01:02:03']])
    assert.equal(deviceBlockOf(plug, context()).connections, undefined)
    assert.equal(deviceBlockOf(known({ ...PLUG, device_id: 'A_1' }, plug), context('yes')).connections, undefined)
  })

  it('calls an outlet after its strip, once, and says that it belongs there', () => {
    const strip = known({ ...PLUG, alias: 'Desk', kind: 'strip' })
    const outlet = (alias: string) =>
      deviceBlockOf(known({ ...PLUG, device_id: 'A_1', alias, kind: 'outlet' }, strip), context())
    assert.equal(outlet('Plug 1').name, 'Desk Plug 1')
    assert.equal(outlet('Desk lamp').name, 'Desk lamp')
    assert.equal(outlet('Plug 1').via_device, 'kasa_A')
  })

  it('calls what is behind a hub as its owner does', () => {
    const hub = known({ ...PLUG, alias: 'Hub', kind: 'hub' })
    const sensor = deviceBlockOf(known({ ...PLUG, device_id: 'T', alias: 'Cellar', kind: 'sensor' }, hub), context())
    assert.equal(sensor.name, 'Cellar')
    assert.equal(sensor.via_device, 'kasa_A')
  })

  it('has one for the bridge itself, by whose name two of them can be told apart', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    assert.deepEqual(bridgeBlock(context()), {
      identifiers: ['kasa_bridge'],
      name: 'Kasa Monitor',
      manufacturer: 'Kasa Monitor for Node-RED',
      sw_version: version,
    })
    assert.equal(bridgeBlock(context('no', 'cellar')).name, 'Kasa Monitor (cellar)')
  })
})
