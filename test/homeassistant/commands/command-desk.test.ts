import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { knownDevice } from '../../support/known-devices'
import { BULB, COMMAND_MS, DeskBench, known, settled } from './desk-bench'

describe('commands by MQTT', () => {
  let bench: DeskBench
  beforeEach(() => {
    bench = new DeskBench()
  })
  afterEach(() => {
    bench.desk.stop()
    assert.equal(bench.clock.pending, 0)
    assert.equal(bench.listeners.size, 0)
  })

  it('switch a device, and are answered with what it has confirmed', async () => {
    bench.say('kasa/plug/set/on', 'ON')
    await settled()
    assert.deepEqual(
      bench.runs.map(({ device_id, command }) => [device_id, command]),
      [['plug', { name: 'on' }]],
    )
    assert.deepEqual(bench.told, [])
    await bench.finish({ on: true, power_w: 12, timestamp: 1_800_000_000_000 })
    const [result] = bench.results()
    assert.deepEqual([result?.ok, result?.keys], [true, ['on']])
    assert.deepEqual([result?.state?.on, result?.state?.power_w], [true, 12])
    assert.equal(result?.state?.timestamp, 1_800_000_000_000)
    assert.deepEqual(
      bench.told.map(({ topic, qos }) => [topic, qos]),
      [['kasa/plug/result', 1]],
    )
  })

  it('make the new state known before the result', async () => {
    bench.say('kasa/plug/set/on', 'ON')
    await settled()
    await bench.finish({ on: true })
    assert.deepEqual(
      bench.confirmed.map(([{ on }, told]) => [on, told]),
      [[true, 0]],
    )
  })

  it('of several keys run one after the other, and are answered once', async () => {
    bench.say('kasa/plug/set', { on: true, led: false, correlation: 'evening' })
    await settled()
    await bench.finish()
    assert.deepEqual(bench.commands, [{ name: 'led', on: false }, { name: 'on' }])
    assert.deepEqual(bench.results(), [])
    await bench.finish({ on: true })
    const [result] = bench.results()
    assert.deepEqual([result?.ok, result?.keys, result?.correlation], [true, ['on', 'led'], 'evening'])
    assert.equal(bench.confirmed.length, 2)
  })

  it('of Home Assistant set a light in one go, and say what is ignored', async () => {
    bench.say('kasa/bulb/set/light', { state: 'ON', brightness: 40, color: { h: 240.4, s: 75 }, transition: 2 })
    await settled()
    assert.deepEqual(bench.commands, [{ name: 'color', hue_deg: 240, saturation_pct: 75, brightness_pct: 40 }])
    await bench.finish()
    assert.deepEqual(bench.results('kasa/bulb/result')[0]?.ignored, ['transition'])
    bench.say('kasa/bulb/set/light', { state: 'ON', transition: 2, flash: 2 })
    await settled()
    await bench.finish()
    assert.deepEqual(bench.results('kasa/bulb/result')[1]?.ignored, ['transition', 'flash'])
  })

  it('are refused with key, value and range, and nothing is sent', () => {
    bench.say('kasa/bulb/set', { brightness_pct: 140, correlation: 'x' })
    const { message, ...error } = bench.results('kasa/bulb/result')[0]?.error ?? {}
    assert.deepEqual(error, {
      code: 'INPUT_INVALID',
      field: 'brightness_pct',
      value: 140,
      range: 'a whole number from 0 to 100',
      retry: 'never',
    })
    assert.match(message ?? '', /brightness_pct: 140/)
    assert.equal(bench.results('kasa/bulb/result')[0]?.correlation, 'x')
    assert.deepEqual(bench.runs, [])
  })

  it('for what the device cannot do, or for no device that we know, are refused', () => {
    bench.say('kasa/plug/set/color_temp_k', '3000')
    assert.equal(bench.results()[0]?.error?.code, 'COMMAND_UNSUPPORTED')
    bench.say('kasa/nobody/set/on', 'ON')
    const { code, field, value } = bench.results('kasa/bridge/result')[0]?.error ?? {}
    assert.deepEqual([code, field, value], ['DEVICE_UNKNOWN', 'device', 'nobody'])
  })

  it('that a broker has kept are ignored and counted', async () => {
    bench.say('kasa/plug/set/on', 'ON', { retain: true })
    await settled()
    assert.deepEqual([bench.runs, bench.told, bench.desk.status().retained], [[], [], 1])
  })

  it('that fail say why and whether to try again, with what was confirmed until then', async () => {
    bench.say('kasa/plug/set', { led: true, on: true })
    await settled()
    await bench.finish({ on: false })
    bench.runs.at(-1)?.failed(new MonitorError('COMMAND_NOT_CONFIRMED', 'no effect'))
    await settled()
    const [result] = bench.results()
    assert.deepEqual([result?.ok, result?.error?.code, result?.error?.retry], [false, 'COMMAND_NOT_CONFIRMED', 'now'])
    assert.equal(result?.state?.on, false)
    assert.equal(bench.confirmed.length, 1)
  })

  it('are given up after their time, and the next one runs', async () => {
    bench.say('kasa/plug/set/on', 'ON')
    bench.say('kasa/plug/set/led', 'ON')
    await settled()
    bench.clock.advance(COMMAND_MS)
    await settled()
    assert.deepEqual(
      bench.results().map(({ keys, error }) => [keys, error?.code]),
      [[['on'], 'REPLY_TIMEOUT']],
    )
    assert.deepEqual(bench.commands.at(-1), { name: 'led', on: true })
    bench.runs[0]?.done({ on: true })
    await settled()
    assert.equal(bench.results().length, 1)
    await bench.finish()
    assert.equal(bench.results()[1]?.ok, true)
  })

  it('of a slider do not pile up: only the newest that waits is run', async () => {
    for (let brightness = 1; brightness <= 100; brightness++) {
      bench.say('kasa/bulb/set/light', { state: 'ON', brightness })
    }
    await settled()
    await bench.finish()
    await bench.finish()
    assert.deepEqual(bench.commands, [
      { name: 'brightness', brightness_pct: 1 },
      { name: 'brightness', brightness_pct: 100 },
    ])
    const results = bench.results('kasa/bulb/result')
    const superseded = results.filter(({ error }) => error?.code === 'COMMAND_SUPERSEDED')
    assert.deepEqual([results.length, superseded.length, bench.desk.status().superseded], [100, 98, 98])
  })

  it('that toggle replace none that waits; a newer one replaces those of which it leaves nothing', async () => {
    for (const on of ['OFF', 'ON', 'TOGGLE', 'TOGGLE']) bench.say('kasa/bulb/set/on', on)
    assert.equal(bench.desk.status().waiting, 3)
    bench.say('kasa/bulb/set', { brightness_pct: 5, on: true })
    bench.say('kasa/bulb/set/on', 'ON')
    await settled()
    for (let run = 0; run < 6; run++) await bench.finish()
    assert.deepEqual(
      bench.commands.map(({ name }) => name),
      ['off', 'brightness', 'on'],
    )
  })

  it('that are more than can wait are refused, and may be tried again', () => {
    for (let press = 0; press < 20; press++) bench.say('kasa/plug/set/on', 'TOGGLE')
    const refused = bench.results()
    assert.deepEqual([...new Set(refused.map(({ error }) => error?.code))], ['QUEUE_FULL'])
    assert.deepEqual([refused.length, refused[0]?.error?.retry], [3, 'later'])
  })

  it('that were only handed on are answered without a state', async () => {
    bench = new DeskBench([knownDevice({ device_id: 'stranger' })])
    bench.say('kasa/stranger/set/on', 'OFF')
    await settled()
    bench.runs[0]?.handedOn()
    await settled()
    assert.deepEqual(bench.results('kasa/stranger/result'), [{ ok: true, keys: ['on'] }])
    assert.deepEqual(bench.confirmed, [])
  })

  it('acknowledge and silence the alerts of a device, or of the bridge, at once', () => {
    bench.say('kasa/plug/set/acknowledge', 'PRESS')
    bench.say('kasa/plug/set/silence', '15')
    bench.say('kasa/bridge/set/silence', 'PRESS')
    assert.deepEqual(bench.presses, [
      ['plug', { command: 'acknowledge' }],
      ['plug', { command: 'silence', for_s: 900 }],
      [undefined, { command: 'silence', for_s: 3600 }],
    ])
    assert.deepEqual(
      [...bench.results(), ...bench.results('kasa/bridge/result')].map(({ ok }) => ok),
      [true, true, true],
    )
  })

  it('for the bridge may be about alerts alone', () => {
    bench.say('kasa/bridge/set', { silence: 5, on: true })
    assert.deepEqual(bench.presses, [])
    assert.equal(bench.results('kasa/bridge/result')[0]?.error?.value, 'on')
  })

  it('that fail are logged once for each device and reason, until one succeeds', async () => {
    for (let press = 0; press < 3; press++) bench.say('kasa/plug/set/on', 'maybe')
    bench.say('kasa/plug/set/brightness_pct', '5')
    bench.say('kasa/bulb/set/on', 'maybe')
    assert.deepEqual(
      bench.reports.map(({ code, message }) => `${code} ${message.split(':')[0]}`),
      [
        'INPUT_INVALID command to Kettle by MQTT',
        'COMMAND_UNSUPPORTED command to Kettle by MQTT',
        'INPUT_INVALID command to Kettle by MQTT',
      ],
    )
    bench.say('kasa/plug/set/on', 'ON')
    await settled()
    await bench.finish()
    bench.say('kasa/plug/set/on', 'maybe')
    assert.equal(bench.reports.length, 4)
  })

  it('that nobody can finish any more are answered when the bridge ends', async () => {
    bench.say('kasa/plug/set', { on: true, led: true })
    bench.say('kasa/plug/set/led', 'OFF')
    await settled()
    bench.desk.stop()
    bench.runs[0]?.done()
    await settled()
    bench.desk.stop()
    assert.deepEqual(
      bench.results().map(({ keys, error }) => [keys, error?.code]),
      [
        [['led'], 'CLOSED'],
        [['on', 'led'], 'CLOSED'],
      ],
    )
    assert.deepEqual([bench.runs.length, bench.reports, bench.desk.status().running], [1, [], 0])
  })

  it('name a light by its topic, whatever its id', async () => {
    bench = new DeskBench([known('80:06:AB', BULB)])
    bench.say('kasa/80_3a06_3aAB/set/on', 'OFF')
    await settled()
    await bench.finish()
    assert.equal(bench.results('kasa/80_3a06_3aAB/result')[0]?.ok, true)
  })
})
