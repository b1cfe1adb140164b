import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { Hub } from '../../../src/simulator'
import { HUB_MAKERS } from '../../../src/simulator/models/makers'
import { FakeClock } from '../../support/fake-clock'
import { asked, DEVICE_ID, type Asked } from './party'

type Info = Record<string, unknown>

describe('a simulated hub', () => {
  let clock: FakeClock
  let hub: Asked
  let sensors: Hub

  beforeEach(() => {
    clock = new FakeClock()
    hub = asked(clock, HUB_MAKERS['H100(EU)'], { alias: 'Hub' })
    assert.ok(hub.model.protocol === 'smart' && hub.model.hub)
    sensors = hub.model.hub
  })

  const listed = (): Info[] => hub.result('get_child_device_list').child_device_list as Info[]

  it('lists what it hears in pages, with what each can do', () => {
    for (let number = 0; number < 12; number++) sensors.add({ alias: `Sensor ${number}` })
    const pages = [0, 10, 20].map((start_index) => hub.result('get_child_device_list', { start_index }))
    assert.deepEqual(
      pages.map(({ child_device_list, sum }) => [(child_device_list as Info[]).length, sum]),
      [
        [10, 12],
        [2, 12],
        [0, 12],
      ],
    )
    assert.equal(new Set(sensors.sensors.map(({ id }) => id)).size, 12)
    const { child_component_list } = hub.result('get_child_device_component_list', { start_index: 11 })
    assert.equal((child_component_list as Info[])[0]?.device_id, sensors.sensors[11]?.id)
    assert.equal(hub.code('get_child_device_list', { start_index: -1 }), -1008)
    assert.equal('device_on' in hub.result('get_device_info'), false)
  })

  it('tells temperature in the unit of the sensor', () => {
    const bath = sensors.add({ alias: 'Bath', temperature_c: 21.26, humidity_pct: 61, battery_pct: 80 })
    const [info] = listed()
    assert.deepEqual(
      [info?.current_temp, info?.temp_unit, info?.current_humidity, info?.battery_percentage, info?.at_low_battery],
      [21.3, 'celsius', 61, 80, false],
    )
    assert.deepEqual([info?.parent_device_id, info?.specs, info?.model], [DEVICE_ID, 'EU', 'T315'])
    assert.equal(hub.ofChild(bath.id, 'set_device_info', { temp_unit: 'fahrenheit' }).error_code, 0)
    sensors.sensor('Bath').set({ temperature_c: 20 })
    assert.deepEqual([listed()[0]?.current_temp, listed()[0]?.temp_unit], [68, 'fahrenheit'])
  })

  it('logs what happens at its sensors and buttons', () => {
    const door = sensors.add({ model: 'T110(EU)' })
    const motion = sensors.add({ model: 'T100(EU)' })
    const leak = sensors.add({ model: 'T300(EU)' })
    const button = sensors.add({ model: 'S200B(EU)' })
    door.set({ contact_open: true })
    clock.advance(60_000)
    door.set({ contact_open: false })
    door.set({ contact_open: false })
    motion.set({ motion: true })
    leak.set({ water_leak: true })
    button.press()
    button.press('twice')
    button.rotate(-30)
    const events = (id: string, start_id = 0) => {
      const { result } = hub.ofChild(id, 'get_trigger_logs', { page_size: 5, start_id })
      return (result?.logs as Info[]).map(({ event }) => event)
    }
    assert.deepEqual(events(door.id), ['close', 'open'])
    assert.deepEqual(events(door.id, 1), ['open'])
    assert.deepEqual(events(motion.id), ['motion'])
    assert.deepEqual(events(button.id), ['rotation', 'doubleClick', 'singleClick'])
    const infos = listed()
    assert.deepEqual([infos[0]?.open, infos[1]?.detected], [false, true])
    assert.deepEqual([infos[2]?.water_leak_status, infos[2]?.in_alarm], ['water_leak', true])
  })

  it('sets a valve within its range', () => {
    const valve = sensors.add({ model: 'KE100(EU)', temperature_c: 19 })
    assert.equal(hub.ofChild(valve.id, 'set_device_info', { target_temp: 31 }).error_code, -1008)
    assert.equal(hub.ofChild(valve.id, 'set_device_info', { target_temp: 22.5 }).error_code, 0)
    const [info] = listed()
    assert.deepEqual([info?.target_temp, info?.current_temp, info?.trv_states], [22.5, 19, ['heating']])
  })

  it('loses sensors and finds others', () => {
    const gone = sensors.add({ alias: 'Gone' })
    sensors.sensor('Gone').set({ online: false, battery_low: true })
    assert.deepEqual([listed()[0]?.status, listed()[0]?.at_low_battery], ['offline', true])
    sensors.remove(gone)
    sensors.add({ alias: 'New' })
    assert.equal(listed().length, 1)
    assert.notEqual(listed()[0]?.device_id, gone.id)
    assert.equal(hub.code('control_child', { device_id: gone.id, requestData: { method: 'get_device_info' } }), -1008)
  })

  it('refuses what a sensor does not know', () => {
    assert.throws(() => sensors.add({ model: 'T110(EU)', temperature_c: 20 }), { code: 'INPUT_INVALID' })
    assert.throws(() => sensors.add({ model: 'T1' as 'T110(EU)' }), { code: 'CONFIG_INVALID' })
    assert.throws(() => sensors.sensor('Nobody'), { code: 'INPUT_INVALID' })
  })
})
