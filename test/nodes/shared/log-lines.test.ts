import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lineOfChange, lineOfEvent, lineOfNode, lineOfSlow } from '../../../nodes/shared/log-lines'
import type { StateChange } from '../../../src/alerting/incidents/incident'
import { MonitorError } from '../../../src/domain/errors'

const at = { timestamp: 1000 }

describe('Lines of the log', () => {
  it('have what a node says, with code and device of an error', () => {
    const device_id = 'kettle'
    const msg = new MonitorError('REPLY_TIMEOUT', 'no answer', { details: { device_id } })
    const line = { ...at, level: 'error', part: 'kasa-poll', name: 'kitchen', event: 'fault', code: 'REPLY_TIMEOUT' }
    const told = lineOfNode({ type: 'kasa-poll', name: 'kitchen' }, 'error', msg, 1000)
    assert.deepEqual(told, { ...line, device_id, message: 'no answer' })
  })

  it('have what a node says in words', () => {
    const line = { ...at, level: 'info', part: 'kasa-poll', event: 'note', message: 'all is well' }
    assert.deepEqual(lineOfNode({ type: 'kasa-poll', name: '' }, 'info', 'all is well', 1000), line)
  })

  it('are bounded', () => {
    const line = lineOfNode({ type: 'kasa-poll' }, 'warn', 'x'.repeat(10_000), 1000)
    assert.equal(line.message.length, 2000)
  })

  it('tell of devices that go, not of what they do all day', () => {
    const device = { ...at, alias: 'Kettle', host: '10.0.0.5', device_id: 'kettle' }
    const gone = { ...device, event: 'offline', code: 'CONNECT_TIMEOUT', message: 'no answer' } as const
    assert.deepEqual(lineOfEvent(gone), {
      ...{ ...at, level: 'warn', part: 'device', event: 'offline', code: 'CONNECT_TIMEOUT' },
      ...{ device_id: 'kettle', message: 'Kettle: no answer' },
    })
    assert.equal(lineOfEvent({ ...device, event: 'online' })?.level, 'info')
    assert.equal(lineOfEvent({ ...device, event: 'changed', on: true }), undefined)
  })

  it('tell of incidents, and how long they have lasted', () => {
    const incident = { rule_name: 'Too hot', duration_s: 61.5 }
    const change = {
      ...at,
      change: 'resolved',
      device_id: 'kettle',
      alias: 'Kettle',
      incident,
    } as unknown as StateChange
    const line = { ...at, level: 'info', part: 'incident', event: 'resolved', device_id: 'kettle', duration_ms: 61_500 }
    assert.deepEqual(lineOfChange(change), { ...line, message: 'Kettle: Too hot' })
    assert.equal(lineOfChange({ ...change, change: 'raised' })?.level, 'warn')
    assert.equal(lineOfChange({ ...change, change: 'recovering' }), undefined)
  })

  it('tell what was slow', () => {
    const work = { part: 'database', what: 'history of 1 device', duration_ms: 1234.5 } as const
    assert.deepEqual(lineOfSlow(work, 1000), {
      ...{ ...at, level: 'warn', part: 'database', event: 'slow' },
      ...{ duration_ms: 1235, message: 'history of 1 device' },
    })
  })
})
