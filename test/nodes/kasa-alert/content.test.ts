import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { takeContent } from '../../../nodes/kasa-alert/content'
import type { MonitorError } from '../../../src/domain/errors'
import { reading } from '../../support/readings'

describe('What comes to kasa-alert', () => {
  let taken: [kind: string, what: unknown][]
  const engine = {
    takeReading: (what: unknown) => void taken.push(['reading', what]),
    takeEvent: (what: unknown) => void taken.push(['event', what]),
    takeMeasurement: (what: unknown) => void taken.push(['measurement', what]),
  }
  const take = (message: object) => {
    takeContent(engine, { _msgid: '1', ...message } as never)
    return taken
  }

  beforeEach(() => void (taken = []))

  it('is a reading where it is one, alone or among others', () => {
    const kettle = reading()
    assert.deepEqual(take({ payload: kettle }), [['reading', kettle]])
    taken = []
    assert.deepEqual(
      take({ payload: [kettle, kettle] }).map(([kind]) => kind),
      ['reading', 'reading'],
    )
  })

  it('is an event as kasa-poll tells it', () => {
    const event = { event: 'offline', device_id: 'plug-1', alias: 'Kettle', host: '127.0.0.1', timestamp: 1.7e12 }
    assert.deepEqual(take({ payload: event }), [['event', event]])
  })

  it('is a measurement named by its topic, flat, whatever numbers it holds', () => {
    const payload = { cpu_pct: 12, spool: { pending: 3 }, list: [1], text: 'ok', none: null }
    const values = { cpu_pct: 12, 'spool.pending': 3, 'list.0': 1, text: 'ok' }
    assert.deepEqual(take({ topic: 'host', payload }), [['measurement', { topic: 'host', values }]])
  })

  it('is a value of its own where it is a number, true, false or a text', () => {
    take({ topic: 'cellar', payload: 21.5 })
    take({ payload: true })
    assert.deepEqual(taken, [
      ['measurement', { topic: 'cellar', values: { value: 21.5 } }],
      ['measurement', { topic: 'value', values: { value: true } }],
    ])
  })

  it('keeps the time and the device that a measurement names', () => {
    const payload = { device_id: 'meter', power_w: 3, timestamp: 1.7e12 }
    const values = { ...payload }
    assert.deepEqual(take({ payload }), [['measurement', { topic: 'meter', values, timestamp: 1.7e12 }]])
  })

  it('is of no topic that stands for many', () => {
    assert.throws(() => take({ topic: '*', payload: 1 }), /topic: "\*" is not allowed/)
  })

  it('is refused with its place where there is nothing in it, and all else is taken', () => {
    assert.throws(
      () => take({ payload: [reading(), null, { a: { b: {} } }, reading()] }),
      ({ code, details }: MonitorError) => code === 'INPUT_INVALID' && details.field === 'payload.1',
    )
    assert.equal(taken.length, 2)
    for (const payload of [undefined, null, NaN, [], {}, () => 1].map((each) => ({ payload: [each] }))) {
      assert.throws(() => take(payload), /payload\.0/)
    }
  })
})
