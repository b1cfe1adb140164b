import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { isDeviceEvent } from '../../../nodes/shared/device-event'
import { DEVICE_EVENTS, PRESSES } from '../../../src/domain/event'

const EVENT = { event: 'pressed', device_id: 'button', alias: 'Button', host: '127.0.0.1', timestamp: 1.7e12 }

describe('an event that comes by wire', () => {
  it('is one whatever has happened, with what belongs to it', () => {
    for (const event of Object.keys(DEVICE_EVENTS)) assert.ok(isDeviceEvent({ ...EVENT, event }), event)
    for (const press of PRESSES) assert.ok(isDeviceEvent({ ...EVENT, press }), press)
    assert.ok(isDeviceEvent({ ...EVENT, press: 'rotate', rotation_deg: -30 }))
    assert.ok(isDeviceEvent({ ...EVENT, event: 'changed', on: false }))
    assert.ok(isDeviceEvent({ ...EVENT, event: 'moved', previous_host: '127.0.0.2' }))
    assert.ok(isDeviceEvent({ ...EVENT, event: 'offline', code: 'REPLY_TIMEOUT', message: 'no answer' }))
    assert.ok(isDeviceEvent({ ...EVENT, device_id: undefined, event: 'login_refused' }))
  })

  for (const [name, wrong] of [
    ['a press that no button knows', { press: 'triple' }],
    ['a press that is the name of something else', { press: 'constructor' }],
    ['a press that is an object', { press: { toString: 'single' } }],
    ['a rotation in words', { press: 'rotate', rotation_deg: '30' }],
    ['a rotation by what is no number', { press: 'rotate', rotation_deg: NaN }],
    ['a rotation without end', { press: 'rotate', rotation_deg: Infinity }],
    ['a device without a name that could be one', { device_id: 5 }],
    ['a state that is neither on nor off', { on: 'yes' }],
    ['a host that is none', { previous_host: null }],
    ['a reason that is no text', { code: 1 }],
    ['words that are none', { message: {} }],
  ] as const) {
    it(`is none with ${name}`, () => assert.equal(isDeviceEvent({ ...EVENT, ...wrong }), false))
  }
})
