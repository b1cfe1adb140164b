import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { DETAIL_KEYS } from '../../../src/domain/device-details'
import { MEASURED_KEYS, type Reading } from '../../../src/domain/reading'
import type { KnownDevice } from '../../../src/homeassistant/known-device'
import { stateOf } from '../../support/state-of'
import { StatePublisher } from '../../../src/homeassistant/state/state-publisher'
import { STATE_RATES } from '../../../src/homeassistant/state/state-rates'
import type { KeptValue } from '../../../src/mqtt/broker'
import { FakeClock } from '../../support/fake-clock'
import { context, knownDevice, type GivenDevice } from '../../support/known-devices'

const PLUG: GivenDevice = { device: { kind: 'plug', features: ['relay', 'energy'] } }
const BULB: GivenDevice = { device: { kind: 'bulb', features: ['relay', 'brightness'] } }
const START = Date.UTC(2026, 0, 5)

describe('states of devices', () => {
  let clock: FakeClock
  let kept: KeptValue[]
  let publisher: StatePublisher

  beforeEach(() => begin())

  function begin(settings: Readonly<Record<string, unknown>> = {}): void {
    clock = new FakeClock(START)
    kept = []
    publisher = new StatePublisher({ ...context(settings), clock, broker: { keep: (value) => kept.push(value) } })
  }

  function plug(reading: Partial<Reading>, more: GivenDevice = PLUG): KnownDevice {
    return knownDevice({ ...more, reading: { timestamp: clock.now(), ...reading } })
  }

  function say(reading: Partial<Reading>, after_ms = 1000): void {
    publisher.changed(plug({ on: true, ...reading }))
    clock.advance(after_ms)
  }

  /** What was sent since the last question. */
  function sent(key = 'power_w'): unknown[] {
    return kept.splice(0).map(({ payload }) => (JSON.parse(payload) as Record<string, unknown>)[key])
  }

  it('are kept on the topic of the device with the first reading, and none before', () => {
    publisher.changed(knownDevice({ ...PLUG, keys: ['on'] }))
    assert.deepEqual(kept, [])
    publisher.changed(plug({ on: true, power_w: 5 }))
    const payload = JSON.stringify({ on: true, power_w: 5, offline_reason: null, last_seen: START })
    assert.deepEqual(kept, [{ topic: 'kasa/A1/state', payload, rank: 'state', qos: 0 }])
  })

  it('go out with the certainty that the user wants', () => {
    begin({ state_qos: '1' })
    say({})
    assert.deepEqual(
      kept.map(({ qos }) => qos),
      [1],
    )
  })

  it('leave out what a meter does with nobody touching anything', () => {
    for (const power_w of [60, 60.4, 59.5, 60.9, 60]) say({ power_w }, 10_000)
    assert.deepEqual(sent(), [60])
    for (const power_w of [2000, 2015, 1985, 2000]) say({ power_w }, 10_000)
    assert.deepEqual(sent(), [2000])
  })

  it('tell at once what was switched, with all that comes of it', () => {
    say({ power_w: 60, voltage_v: 230 })
    say({ power_w: 60.2, voltage_v: 230.1, on: false }, 0)
    assert.deepEqual(JSON.parse(kept.at(-1)?.payload ?? ''), {
      ...{ on: false, power_w: 60.2, voltage_v: 230.1 },
      offline_reason: null,
      last_seen: START + 1000,
    })
  })

  it('tell at once what becomes unknown, and what is known again', () => {
    say({ power_w: 60 })
    publisher.changed(plug({ on: true }, { ...PLUG, keys: ['power_w'] }))
    say({ power_w: 60.1 })
    assert.deepEqual(sent(), [60, null, 60.1])
  })

  it('hold a value back until its time has come, and then tell the newest', () => {
    say({ power_w: 60 })
    for (const power_w of [70, 80, 90]) say({ power_w })
    assert.deepEqual(sent(), [60])
    clock.advance(1000)
    assert.deepEqual(sent(), [90])
    assert.equal(clock.pending, 1)
  })

  it('tell nothing late that is over by then', () => {
    say({ power_w: 60 })
    say({ power_w: 500 })
    say({ power_w: 60 })
    clock.advance(60_000)
    assert.deepEqual(sent(), [60])
  })

  it('leave each value as it was until it is worth a message itself', () => {
    say({ power_w: 60, voltage_v: 230, rssi_dbm: -50 }, 10_000)
    say({ power_w: 80, voltage_v: 230.4, rssi_dbm: -60 }, 10_000)
    assert.deepEqual(sent('voltage_v'), [230, 230])
    say({ power_w: 60, voltage_v: 230.6, rssi_dbm: -60 }, 9000)
    assert.deepEqual(sent('voltage_v'), [230])
    clock.advance(1000)
    assert.deepEqual(sent('rssi_dbm'), [-50])
    clock.advance(270_000)
    const [{ voltage_v, rssi_dbm } = {}] = kept.slice(-1).map(({ payload }) => JSON.parse(payload) as Partial<Reading>)
    assert.deepEqual([voltage_v, rssi_dbm], [230.6, -60])
  })

  it('never go out for how long a poll took', () => {
    say({ latency_ms: 10 })
    for (const latency_ms of [500, 1, 90_000]) say({ latency_ms }, 60_000)
    assert.deepEqual(sent('latency_ms'), [10])
  })

  it('are told again once in a while although nothing has changed', () => {
    begin({ heartbeat_s: 60 })
    say({ power_w: 60 }, 0)
    clock.advance(59_000)
    assert.deepEqual(sent(), [60])
    clock.advance(62_000)
    assert.deepEqual(sent(), [60, 60])
  })

  it('keep the rates that the user has set', () => {
    begin({ rates: [{ key: 'power_w', deadband: 10, every_s: 0 }] })
    for (const power_w of [60, 69, 70, 81]) say({ power_w })
    assert.deepEqual(sent(), [60, 70, 81])
  })

  it('leave a value as it was when the device says what cannot be', () => {
    say({ power_w: 60, energy_total_kwh: 5 }, 120_000)
    say({ power_w: 1e6, energy_total_kwh: 9, quality: 'suspect', on: false }, 120_000)
    say({ power_w: NaN, energy_total_kwh: 5.1, quality: 'suspect' }, 120_000)
    const states = kept.map(({ payload }) => JSON.parse(payload) as Partial<Reading>)
    assert.deepEqual(
      states.map(({ on, power_w, energy_total_kwh }) => [on, power_w, energy_total_kwh]),
      [
        [true, 60, 5],
        [false, 60, 5],
        [true, 60, 5],
      ],
    )
  })

  it('never have a counter that dips, nor one that is 0 for a single reading', () => {
    for (const energy_total_kwh of [12.068, 12.05, 0, 12.08, 0, 0.002]) say({ energy_total_kwh }, 120_000)
    assert.deepEqual(sent('energy_total_kwh'), [12.068, 12.08, 0.002])
  })

  it('count a reading once, however often something else is new', () => {
    const known = plug({ on: true, energy_total_kwh: 12 }, { ...PLUG, details: { led: false } })
    publisher.changed(known)
    const zero = { ...known, reading: { ...known.reading, energy_total_kwh: 0 } as Reading }
    for (const led of [true, false, true]) publisher.changed({ ...zero, details: { ...zero.details, led } })
    assert.deepEqual(sent('energy_total_kwh'), [12, 12, 12, 12])
  })

  it('have a key for good once the device has told it', () => {
    say({ power_w: 60 })
    publisher.changed(plug({ on: true }, { ...PLUG, keys: ['power_w', 'temperature_c'] }))
    assert.deepEqual(Object.keys(JSON.parse(kept.at(-1)?.payload ?? '') as object), [
      ...['on', 'power_w', 'temperature_c', 'offline_reason', 'last_seen'],
    ])
  })

  it('of a light come in the words of Home Assistant as well', () => {
    publisher.changed(plug({ on: true, brightness_pct: 40 }, BULB))
    publisher.changed(plug({ on: true, brightness_pct: 40, rssi_dbm: -50 }, BULB))
    publisher.changed(plug({ on: true, brightness_pct: 41, rssi_dbm: -50 }, BULB))
    const lights = kept.filter(({ topic }) => topic === 'kasa/A1/light')
    assert.deepEqual(
      lights.map(({ payload }) => (JSON.parse(payload) as { brightness: number }).brightness),
      [40, 41],
    )
  })

  it('are taken away with their device', () => {
    say({ power_w: 60 })
    kept = []
    publisher.remove(knownDevice())
    assert.deepEqual(
      kept.map(({ topic, payload }) => [topic, payload]),
      [
        ['kasa/A1/state', ''],
        ['kasa/A1/light', ''],
      ],
    )
    clock.advance(3_600_000)
    assert.equal(kept.length, 2)
  })

  it('leave no timer behind, and say nothing after the end', () => {
    say({ power_w: 60 })
    publisher.stop()
    publisher.stop()
    say({ power_w: 600 })
    assert.deepEqual([sent(), clock.pending], [[60], 0])
  })

  it('of a thousand devices share one timer, and their heartbeats do not come all at once', () => {
    begin({ heartbeat_s: 60 })
    for (let number = 0; number < 1000; number++)
      publisher.changed(plug({ on: true }, { ...PLUG, device_id: `D${number}` }))
    assert.equal(clock.pending, 1)
    kept = []
    clock.advance(60_000)
    assert.ok(kept.length > 0 && kept.length <= 100)
    clock.advance(5000)
    assert.equal(new Set(kept.map(({ topic }) => topic)).size, 1000)
  })

  it('come near to what the device says, however it goes, and not more often than they may', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 3000, noNaN: true }), fc.integer({ min: 0, max: 9000 })))
    fc.assert(
      fc.property(steps, (steps) => {
        begin()
        const times: number[] = []
        publisher = new StatePublisher({
          ...context({}),
          clock,
          broker: { keep: (value) => void (kept.push(value), times.push(clock.monotonic())) },
        })
        for (const [power_w, after_ms] of steps) say({ power_w }, after_ms)
        clock.advance(6000)
        const last = steps.at(-1)
        if (!last) return
        const { power_w } = JSON.parse(kept.at(-1)?.payload ?? '') as { power_w: number }
        assert.ok(Math.abs(power_w - last[0]) <= Math.max(1, power_w / 100) + 0.001)
        assert.ok(times.every((at_ms, index) => index === 0 || at_ms - (times[index - 1] ?? 0) >= 5000))
      }),
      { numRuns: 50 },
    )
  })

  it('have a rate for every key', () => {
    const keys = [...MEASURED_KEYS, ...DETAIL_KEYS, 'energy_cost', 'offline_reason'] as const
    assert.deepEqual(Object.keys(STATE_RATES).sort(), [...keys].sort())
    assert.deepEqual(Object.keys(stateOf(knownDevice({ keys }))), [...keys, 'last_seen'])
  })
})
