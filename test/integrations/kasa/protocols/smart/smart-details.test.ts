import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { DeviceDetails } from '../../../../../src/domain/device-details'
import { MonitorError } from '../../../../../src/domain/errors'
import { promised } from '../../../../../src/integrations/kasa/commands/promised'
import type { DeviceInfo } from '../../../../../src/integrations/kasa/protocols/smart/device-info'
import type { SmartOutcome } from '../../../../../src/integrations/kasa/protocols/smart/smart-device'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../../support/scripted-smart'

const MINUTE_MS = 60_000
const components = (...ids: string[]) => ({ component_list: ids.map((id) => ({ id, ver_code: 2 })) })
const PLUG = { device_id: 'plug', model: 'P110', type: 'SMART.TAPOPLUG', fw_ver: '1', device_on: true }
const ANSWERS = {
  get_led_info: { led_rule: 'never', led_status: false },
  get_auto_off_config: { enable: true, delay_min: 90 },
  get_connect_cloud_state: { status: 0 },
}

const whole = (minimum: number, maximum: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
const flag = (value: unknown) => typeof value === 'boolean'
const text = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 256
const KINDS: Readonly<Record<Exclude<keyof DeviceDetails, 'device_id'>, (value: unknown) => boolean>> = {
  ...{ led: flag, effect: text, cloud_connected: flag, ssid: text, child_lock: flag },
  ...{ auto_update: flag, smooth_transitions: flag, motion_sensor: flag, power_limit_w: whole(0, 4000) },
  light_preset: whole(0, 16),
  ...{ smooth_on_s: whole(0, 60), smooth_off_s: whole(0, 60) },
  ...{ auto_off_min: whole(0, 1440), signal_level: whole(0, 3) },
  ...{ auto_off_at: whole(1, 1e14), on_since: whole(1, 1e14) },
}

async function met(methods: Methods, children: Record<string, Methods> = {}) {
  const script = new ScriptedSmart(methods, children)
  const bench = scriptedReader(script)
  const meet = () => promised<DeviceInfo>((done) => bench.reader.meet(false, done))
  const info = await meet()
  script.requests.length = 0
  const read = () => promised<SmartOutcome>((done) => bench.reader.readDevice(false, done))
  const told = async (): Promise<readonly DeviceDetails[] | undefined> => {
    await read()
    return bench.device.takeDetails()
  }
  return { ...bench, script, info, meet, read, told }
}

const plug = (info: object = {}, answers: Methods = ANSWERS, more: readonly string[] = []) =>
  met({
    component_nego: components('led', 'auto_off', 'cloud_connect', ...more),
    get_device_info: { ...PLUG, ...info },
    ...answers,
  })

describe('details of newer devices', () => {
  it('come with the first poll in one request, and nothing more of them for ten minutes', async () => {
    const { told, script, clock } = await plug()
    assert.deepEqual(await told(), [{ device_id: 'plug', led: false, auto_off_min: 90, cloud_connected: true }])
    for (let minute = 0; minute < 9; minute++) {
      clock.advance(MINUTE_MS)
      assert.equal(await told(), undefined)
    }
    clock.advance(MINUTE_MS)
    await told()
    const all = 'get_device_info,get_led_info,get_auto_off_config,get_connect_cloud_state'
    assert.deepEqual(script.requests, [all, ...Array<string>(9).fill('get_device_info'), all])
  })

  it('wait for the next poll where a request has no room for all of them', async () => {
    const energy = {
      get_emeter_data: { power_mw: 1000 },
      get_energy_usage: { current_power: 1000 },
      get_current_power: {},
    }
    const { told, script } = await plug({}, { ...ANSWERS, ...energy }, ['energy_monitoring'])
    for (let poll = 0; poll < 3; poll++) await told()
    for (const request of script.requests) assert.ok(request.split(',').length <= 5)
    assert.deepEqual(
      script.requests.map((request) => request.split(',').filter((method) => method in ANSWERS).length),
      [1, 2, 0],
    )
  })

  it('are not asked for again where the firmware has no part for them, and later where it refuses', async () => {
    const { told, script, clock } = await plug({}, { ...ANSWERS, get_led_info: -1002, get_auto_off_config: -1 })
    assert.deepEqual(await told(), [{ device_id: 'plug', cloud_connected: true }])
    clock.advance(10 * MINUTE_MS)
    script.requests.length = 0
    await told()
    const asked = script.requests.join()
    assert.ok(asked.includes('get_auto_off_config') && !asked.includes('get_led_info'))
  })

  it('never fail a poll twice: a device that they confuse is asked for its state alone', async () => {
    const { read, script } = await plug()
    script.failWith = (request) =>
      request.includes('get_led_info') ? new MonitorError('REPLY_TIMEOUT', 'silent') : undefined
    await assert.rejects(read(), { code: 'REPLY_TIMEOUT' })
    assert.equal((await read()).readings[0]?.on, true)
  })

  it('tell when it goes off by itself, held while that wavers', async () => {
    const info = { auto_off_status: 'on', auto_off_remain_time: 600, on_time: 60 }
    const { told, script, clock } = await plug(info)
    const at = clock.now() + 600_000
    assert.equal((await told())?.[0]?.auto_off_at, at)
    clock.advance(10_000)
    script.methods.get_device_info = { ...PLUG, ...info, auto_off_remain_time: 591, on_time: 71 }
    assert.equal(await told(), undefined)
    script.methods.get_device_info = { ...PLUG, auto_off_status: 'off', auto_off_remain_time: 0, device_on: false }
    const [details] = (await told()) ?? []
    assert.deepEqual([details?.auto_off_at, details?.on_since], [undefined, undefined])
  })

  it('leave out what is none', async () => {
    const info = { ssid: '%%%', signal_level: 17, on_time: 'long', auto_off_status: 'on', auto_off_remain_time: {} }
    const answers = { get_led_info: {}, get_auto_off_config: { enable: true, delay_min: 1e9 } }
    const { told } = await plug(info, { ...answers, get_connect_cloud_state: { status: -1001 } })
    assert.deepEqual(await told(), [{ device_id: 'plug', cloud_connected: false }])
  })

  it('are of their kind, whatever a device says', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom('on', 'IA==', 1, true))
    const keys = ['on_time', 'auto_off_status', 'auto_off_remain_time', 'signal_level', 'ssid', 'child_protection']
    const info = fc.record(Object.fromEntries([...keys, 'lighting_effect'].map((key) => [key, value])))
    const answer = fc.record({ led_rule: value, led_status: value, enable: value, delay_min: value, status: value })
    await fc.assert(
      fc.asyncProperty(info, answer, async (said, answered) => {
        const { told } = await plug(said, Object.fromEntries(Object.keys(ANSWERS).map((key) => [key, answered])))
        for (const details of (await told()) ?? []) {
          for (const [key, kind] of Object.entries(KINDS)) {
            const each = details[key as keyof DeviceDetails]
            assert.ok(each === undefined || kind(each), `${key}: ${each}`)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('name the effect of a bulb as a person has named it, and tell when there are others', async () => {
    const rule = (id: string, name: string) => ({ id, scene_name: Buffer.from(name).toString('base64') })
    const BULB = { ...PLUG, type: 'SMART.TAPOBULB', color_temp_range: [2500, 6500], dynamic_light_effect_enable: false }
    const { device, info, told, meet, script, clock } = await met({
      component_nego: components('light_effect', 'color_temperature'),
      get_device_info: BULB,
      get_dynamic_light_effect_rules: { rule_list: [{ id: 'L1', scene_name: '' }, rule('L2', 'Evening')] },
    })
    const [described] = device.describe(info)
    assert.deepEqual(described?.effects, ['Party', 'Evening'])
    assert.deepEqual(described.color_temp_range, { minimum_k: 2500, maximum_k: 6500 })
    assert.equal((await told())?.[0]?.effect, 'off')

    const running = { ...BULB, dynamic_light_effect_enable: true }
    script.methods.get_device_info = { ...running, dynamic_light_effect_id: 'L2' }
    assert.equal((await told())?.[0]?.effect, 'Evening')
    assert.equal(device.takeOtherwise(), false)

    clock.advance(MINUTE_MS)
    script.methods.get_dynamic_light_effect_rules = { rule_list: [rule('L3', 'Storm')] }
    script.methods.get_device_info = { ...running, dynamic_light_effect_id: 'L3' }
    assert.equal((await told())?.[0]?.effect, 'L3')
    assert.equal((await told())?.[0]?.effect, 'Storm')
    assert.equal(device.takeOtherwise(), true)
    assert.deepEqual(device.describe(await meet())[0]?.effects, ['Storm'])
  })

  it('name the effect of a light strip, and tell when it is one that a person has made', async () => {
    const strip = (lighting_effect: object, device_on = true) => ({
      ...{ ...PLUG, type: 'SMART.TAPOBULB', device_on, lighting_effect },
    })
    const { device, told, script } = await met({
      component_nego: components('light_strip', 'light_strip_lighting_effect'),
      get_device_info: strip({ enable: 1, id: 'aurora', name: 'Aurora' }),
    })
    assert.equal((await told())?.[0]?.effect, 'Aurora')
    assert.equal(device.takeOtherwise(), false)
    const own = { enable: 1, id: 'own', name: 'My evening' }
    script.methods.get_device_info = strip(own)
    assert.equal((await told())?.[0]?.effect, 'My evening')
    assert.equal(device.takeOtherwise(), true)
    assert.ok(device.describe(strip(own))[0]?.effects?.includes('My evening'))
    script.methods.get_device_info = strip(own, false)
    assert.equal((await told())?.[0]?.effect, 'off')
  })

  it('of outlets without meters are asked for one outlet at a time', async () => {
    const outlet = (number: number) => ({
      ...{ device_id: `o${number}`, category: 'plug.powerstrip.sub-plug', model: 'P300', device_on: false },
      position: number,
    })
    const list = [1, 2].map((number) => ({ device_id: `o${number}`, ...components('auto_off') }))
    const answers = { get_auto_off_config: { enable: false, delay_min: 120 } }
    const { told, script } = await met(
      {
        component_nego: components('child_device'),
        get_device_info: { ...PLUG, device_on: undefined },
        get_child_device_list: { child_device_list: [outlet(1), outlet(2)] },
        get_child_device_component_list: { child_component_list: list },
      },
      { o1: answers, o2: { get_auto_off_config: -1002 } },
    )
    assert.deepEqual(await told(), [{ device_id: 'o1', auto_off_min: 0 }])
    assert.equal(await told(), undefined)
    await told()
    const state = 'get_device_info,get_child_device_list'
    assert.deepEqual(script.requests, [state, 'o1:get_auto_off_config', state, 'o2:get_auto_off_config', state])
  })

  it('ask a lock that is not told among the rest', async () => {
    const { told, device, info } = await plug({}, { ...ANSWERS, get_child_protection: { child_protection: true } }, [
      'child_protection',
    ])
    assert.ok(device.describe(info)[0]?.features.includes('child-lock'))
    assert.equal((await told())?.[0]?.child_lock, true)
  })

  it('are told anew where the firmware is another, and the device is worth another description', async () => {
    const { told, device, script } = await plug()
    await told()
    script.methods.get_device_info = { ...PLUG, fw_ver: '2' }
    assert.equal((await told())?.length, 1)
    assert.equal(device.takeOtherwise(), true)
    assert.equal(device.takeOtherwise(), false)
  })
})
