import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Simulator } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'
import { ask, LIGHT_EMETER, LIGHTING } from './raw-client'

const HOUR_MS = 3_600_000
const MODULES = [
  'system',
  'emeter',
  'schedule',
  'count_down',
  'time',
  'cnCloud',
  'context',
  '__proto__',
  'toString',
].concat(['smartlife.iot.dimmer', LIGHTING, LIGHT_EMETER])
/** All but `reboot`, which ends in silence. */
const METHODS = [
  'get_sysinfo',
  'set_relay_state',
  'set_led_off',
  'set_dev_alias',
  'get_realtime',
  'get_daystat',
].concat(
  ['get_monthstat', 'erase_emeter_stat', 'get_rules', 'add_rule', 'delete_rule', 'delete_all_rules', 'set_brightness'],
  ['transition_light_state', 'get_light_state', 'child_ids', '__proto__', 'constructor'],
)

describe('the protocol of a simulated device', () => {
  let clock: FakeClock
  let simulator: Simulator

  beforeEach(() => {
    clock = new FakeClock(new Date(2026, 0, 31, 22).getTime())
    simulator = new Simulator({ port: 0, clock })
  })
  afterEach(() => simulator.stop())

  it('answers several modules at once, with an error for each that it does not have', async () => {
    const device = simulator.addPlug({ model: 'HS100(UK)' })
    await simulator.start()
    const reply = await ask(device, {
      system: { get_sysinfo: {}, fly: {} },
      emeter: { get_realtime: {} },
      __proto__: {},
    })
    assert.equal(reply.system.get_sysinfo.err_code, 0)
    assert.deepEqual(reply.system.fly, { err_code: -2, err_msg: 'member not support' })
    assert.deepEqual(reply.emeter, { err_code: -1, err_msg: 'module not support' })
  })

  it('has the keys of its generation', async () => {
    const old = simulator.addPlug({ model: 'HS110(EU)' })
    const later = simulator.addPlug({ model: 'KP115(EU)' })
    await simulator.start()
    const request = { system: { get_sysinfo: {} }, emeter: { get_realtime: {} } }
    const [first, second] = [await ask(old, request), await ask(later, request)]
    assert.equal(first.system.get_sysinfo.type, 'IOT.SMARTPLUGSWITCH')
    assert.equal(second.system.get_sysinfo.mic_type, 'IOT.SMARTPLUGSWITCH')
    assert.deepEqual(Object.keys(first.emeter.get_realtime), ['current', 'voltage', 'power', 'total', 'err_code'])
    assert.deepEqual(Object.keys(second.emeter.get_realtime), [
      'current_ma',
      'voltage_mv',
      'power_mw',
      'total_wh',
      'err_code',
    ])
  })

  it('keeps statistics by day and month of its own calendar', async () => {
    const device = simulator.addPlug({ power: 1000 })
    await simulator.start()
    clock.advance(3 * HOUR_MS)
    const january = { emeter: { get_daystat: { year: 2026, month: 1 } } }
    const year = { emeter: { get_monthstat: { year: 2026 } }, schedule: { get_daystat: { year: 2026, month: 2 } } }
    assert.deepEqual((await ask(device, january)).emeter.get_daystat, {
      day_list: [{ year: 2026, month: 1, day: 31, energy_wh: 2000 }],
      err_code: 0,
    })
    const reply = await ask(device, year)
    assert.deepEqual(reply.emeter.get_monthstat.month_list, [
      { year: 2026, month: 1, energy_wh: 2000 },
      { year: 2026, month: 2, energy_wh: 1000 },
    ])
    assert.deepEqual(reply.schedule.get_daystat.day_list, [{ year: 2026, month: 2, day: 1, time: 60 }])
  })

  it('keeps statistics through a counter reset, and erases both when told', async () => {
    const device = simulator.addPlug({ power: 500 })
    await simulator.start()
    clock.advance(HOUR_MS)
    device.resetCounter()
    const request = { emeter: { get_realtime: {}, get_monthstat: { year: 2026 } } }
    const reset = await ask(device, request)
    assert.equal(reset.emeter.get_realtime.total_wh, 0)
    assert.deepEqual(reset.emeter.get_monthstat.month_list, [{ year: 2026, month: 1, energy_wh: 500 }])
    assert.equal(device.used_wh, 500)
    await ask(device, { emeter: { erase_emeter_stat: {} } })
    assert.deepEqual((await ask(device, request)).emeter.get_monthstat.month_list, [])
  })

  it('draws nothing while off', async () => {
    const device = simulator.addPlug({ power: 60 })
    await simulator.start()
    device.switch(false)
    clock.advance(HOUR_MS)
    const reply = await ask(device, { emeter: { get_realtime: {} }, system: { get_sysinfo: {} } })
    assert.deepEqual([reply.emeter.get_realtime.power_mw, reply.emeter.get_realtime.total_wh], [0, 0])
    assert.equal(reply.system.get_sysinfo.on_time, 0)
  })

  it('counts down once, and keeps the spent rule until it is deleted', async () => {
    const device = simulator.addPlug()
    await simulator.start()
    const add = { count_down: { add_rule: { enable: 1, delay: 60, act: 0, name: 'timer' } } }
    assert.equal((await ask(device, add)).count_down.add_rule.err_code, 0)
    assert.equal((await ask(device, add)).count_down.add_rule.err_code, -10)
    clock.advance(45_000)
    const rule = async () => {
      const { rule_list } = (await ask(device, { count_down: { get_rules: {} } })).count_down.get_rules
      return (rule_list as { enable: number; remain: number }[])[0]
    }
    assert.equal((await rule())?.remain, 15)
    assert.equal(device.on, true)
    clock.advance(15_000)
    assert.equal(device.on, false)
    assert.equal((await rule())?.enable, 0)
    await ask(device, { count_down: { delete_all_rules: {} } })
    assert.equal((await ask(device, add)).count_down.add_rule.err_code, 0)
    await ask(device, { count_down: { delete_all_rules: {} } })
    assert.equal(clock.pending, 0)
  })

  for (const short_outlet_ids of [false, true]) {
    it(`finds outlets of a strip by full or short id, whichever it shows (${short_outlet_ids ? 'short' : 'full'})`, async () => {
      const strip = simulator.addStrip({ model: 'HS300(US)', outlets: [{ power: 5 }, { power: 7 }], short_outlet_ids })
      await simulator.start()
      const power = async (id: string) =>
        (await ask(strip, { context: { child_ids: [id] }, emeter: { get_realtime: {} } })).emeter.get_realtime
      assert.deepEqual([(await power('01')).power_mw, (await power(`${strip.device_id}01`)).power_mw], [7000, 7000])
      assert.equal((await power('01')).slot_id, 1)
      assert.equal((await power('99')).err_code, -2)
    })
  }

  it('renames a strip without ids, an outlet with one', async () => {
    const strip = simulator.addStrip({ model: 'KP303(UK)', alias: 'Desk' })
    await simulator.start()
    await ask(strip, { system: { set_dev_alias: { alias: 'Shelf' } } })
    await ask(strip, { context: { child_ids: [`${strip.device_id}02`] }, system: { set_dev_alias: { alias: 'Fan' } } })
    const { alias, children } = (await ask(strip, { system: { get_sysinfo: {} } })).system.get_sysinfo
    assert.equal(alias, 'Shelf')
    assert.deepEqual(
      (children as { alias: string }[]).map((child) => child.alias),
      ['Desk 1', 'Desk 2', 'Fan'],
    )
  })

  it('shines in its colour, keeps it while off, and refuses what is out of range', async () => {
    const bulb = simulator.addBulb()
    await simulator.start()
    const set = async (wanted: object) =>
      (await ask(bulb, { [LIGHTING]: { transition_light_state: wanted } }))[LIGHTING].transition_light_state
    const shown = { mode: 'normal', hue: 240, saturation: 75, color_temp: 0, brightness: 100 }
    assert.deepEqual(await set({ hue: 240, saturation: 75 }), { on_off: 1, ...shown, err_code: 0 })
    assert.deepEqual(await set({ on_off: 0 }), { on_off: 0, dft_on_state: shown, err_code: 0 })
    for (const wanted of [{ hue: 400 }, { brightness: 101 }, { color_temp: 1000 }, { on_off: 'yes' }]) {
      assert.equal((await set(wanted)).err_code, -3)
    }
  })

  it('draws less when dimmed', async () => {
    const bulb = simulator.addBulb({ brightness_pct: 50 })
    await simulator.start()
    assert.deepEqual((await ask(bulb, { [LIGHT_EMETER]: { get_realtime: {} } }))[LIGHT_EMETER], {
      get_realtime: { power_mw: 5000, err_code: 0 },
    })
  })

  it('answers whatever JSON it is asked, and stays as it is', async () => {
    const devices = [simulator.addPlug(), simulator.addStrip(), simulator.addBulb(), simulator.addDimmer()]
    await simulator.start()
    const question = fc.dictionary(
      fc.constantFrom(...MODULES),
      fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...METHODS), fc.jsonValue())),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...devices), question, async (device, asked) => {
        await ask(device, asked)
        assert.equal((await ask(device, { system: { get_sysinfo: {} } })).system.get_sysinfo.err_code, 0)
      }),
      { numRuns: 150 },
    )
  })

  it('refuses a model, an address and a recording that it does not know', () => {
    assert.throws(() => simulator.addPlug({ model: 'HS999' as 'HS110(EU)' }), { code: 'CONFIG_INVALID' })
    assert.throws(() => simulator.addPlug({ host: '192.168.1.2' }), { code: 'CONFIG_INVALID' })
    assert.throws(() => simulator.addPlug({ host: '127.255.255.255' }), { code: 'CONFIG_INVALID' })
    assert.throws(() => simulator.addDump({ system: {} }), { code: 'INPUT_INVALID' })
    simulator.addPlug({ host: '127.0.0.9' })
    assert.throws(() => simulator.addPlug({ host: '127.0.0.9' }), { code: 'CONFIG_INVALID' })
  })
})
