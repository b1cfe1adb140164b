import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { type ContentTaker, takeContent } from '../../../nodes/kasa-homeassistant/content'
import type { Device } from '../../../src/domain/device'
import { MonitorError } from '../../../src/domain/errors'
import { reading } from '../../support/readings'

const EVENT = { event: 'offline', device_id: 'plug-1', alias: 'Kettle', host: '127.0.0.1', timestamp: 1.7e12 }
const CHANGE = {
  ...{ change: 'pending', state: 'pending', previous: 'normal', rule_id: 'hot', device_id: 'plug-1', alias: 'Kettle' },
  timestamp: 1.7e12,
}
const DEVICE: Device = {
  ...{ device_id: 'lamp', alias: 'Lamp', model: 'L530E', host: '192.168.1.9', kind: 'bulb', integration: 'foreign' },
  ...{ mac: '50:C7:BF:00:00:01', features: ['relay', 'brightness', 'color-temperature', 'effect'] },
  ...{ color_temp_range: { minimum_k: 2500, maximum_k: 6500 }, effects: ['Party'] },
}

describe('What comes to kasa-homeassistant', () => {
  let taken: [kind: string, what: unknown][]
  const bridge: ContentTaker = {
    takeReading: (what) => void taken.push(['reading', what]),
    takeEvent: (what) => void taken.push(['event', what]),
    takeChange: (what) => void taken.push(['change', what]),
    takeDevice: (what) => void taken.push(['device', what]),
  }

  beforeEach(() => void (taken = []))

  it('is a reading, an event, a change of an alert or the description of a device', () => {
    for (const payload of [reading(), EVENT, CHANGE, DEVICE]) takeContent(bridge, payload)
    assert.deepEqual(taken, [
      ['reading', reading()],
      ['event', EVENT],
      ['change', CHANGE],
      ['device', DEVICE],
    ])
  })

  it('is no event of a device whose fleet tells its events already: a button would be pressed twice', () => {
    const isFollowed = (device_id: string) => device_id === 'plug-1'
    takeContent(bridge, [EVENT, { ...EVENT, device_id: 'plug-2' }, reading()], isFollowed)
    assert.deepEqual(taken, [
      ['event', { ...EVENT, device_id: 'plug-2' }],
      ['reading', reading()],
    ])
  })

  it('is a description as kasa-discover sends it, of which only what is known is taken', () => {
    takeContent(bridge, { supported: true, ...DEVICE, port: 9999, on: true, secret: 'x' })
    assert.deepEqual(taken, [['device', DEVICE]])
  })

  it('is copied, so that a flow may go on changing what it has sent', () => {
    const sent = reading()
    takeContent(bridge, sent)
    sent.alias = 'changed'
    assert.equal((taken[0]?.[1] as typeof sent).alias, 'Kettle')
  })

  it('is taken from an array as far as it is good, and the first that is not is named', () => {
    assert.throws(() => takeContent(bridge, [reading(), { power_w: 7 }, 'x', EVENT]), {
      code: 'INPUT_INVALID',
      message: /^payload\.1: .* expected a reading, an event, a change of an alert/,
    })
    assert.deepEqual(
      taken.map(([kind]) => kind),
      ['reading', 'event'],
    )
  })

  const broken: [string, unknown][] = [
    ['nothing', undefined],
    ['a number', 7],
    ['a reading with a value that is no number', { ...reading(), power_w: 'many' }],
    ['a press that no button knows', { ...EVENT, event: 'pressed', press: '<b>' }],
    ['an event of the future, or one that nobody knows', { ...EVENT, event: 'exploded' }],
    ['a description with a kind that nobody knows', { ...DEVICE, kind: 'toaster' }],
    ['a description with a feature that nobody knows', { ...DEVICE, features: ['toast'] }],
    ['a description with a MAC that is none', { ...DEVICE, mac: '50-C7' }],
  ]
  for (const [title, payload] of broken) {
    it(`is not ${title}`, () => {
      assert.throws(() => takeContent(bridge, payload), { code: 'INPUT_INVALID', message: /^payload: / })
      assert.deepEqual(taken, [])
    })
  }

  it('is taken or refused, whatever it is', () => {
    const keys = Object.keys({ ...DEVICE, ...EVENT, ...CHANGE, ...reading() })
    const almost = fc.dictionary(fc.constantFrom(...keys), fc.anything())
    const mixed = fc.tuple(fc.constantFrom(DEVICE, EVENT, CHANGE, reading()), almost)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          mixed.map(([good, bad]) => ({ ...good, ...bad })),
        ),
        (payload) => {
          try {
            takeContent(bridge, payload)
          } catch (thrown) {
            assert.ok(thrown instanceof MonitorError && thrown.code === 'INPUT_INVALID')
          }
        },
      ),
    )
  })
})
