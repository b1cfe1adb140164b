import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { askedBy, withSettings } from '../../../nodes/kasa-history/query'
import type { Message } from '../../../nodes/shared/input'

const settings = {
  from: '-24h',
  to: 'now',
  device_ids: '',
  fields: '',
  order: 'newest-first',
  limit: 1000,
  bucket: '',
  time_zone: '',
}
const asked = (message: object) => askedBy(message as Message)

describe('What a message asks of kasa-history', () => {
  it('is its payload, where that is an object', () => {
    assert.deepEqual(asked({ payload: { limit: 5 } }), { limit: 5 })
  })

  it('is msg.query rather than the payload', () => {
    assert.deepEqual(asked({ payload: { limit: 5 }, query: { limit: 6 } }), { limit: 6 })
  })

  for (const payload of [1_700_000_000_000, '', 'now', true, [{ limit: 5 }], Buffer.from('{}'), null, undefined]) {
    it(`is nothing where the payload is ${JSON.stringify(payload)}`, () => {
      assert.equal(asked({ payload }), undefined)
    })
  }

  it('may not be anything but an object in msg.query', () => {
    assert.throws(() => asked({ query: '-24h' }), { code: 'INPUT_INVALID', message: /^query: "-24h"/ })
  })

  it('goes before the settings, key by key', () => {
    assert.deepEqual(withSettings(settings, { from: '-1h', fields: ['power_w'] }, 'cursor'), {
      ...settings,
      from: '-1h',
      fields: ['power_w'],
      cursor: 'cursor',
    })
  })

  it('goes on from msg.cursor rather than from where the query began', () => {
    assert.equal(withSettings(settings, { cursor: 'first' }, 'second').cursor, 'second')
  })

  it('cannot reach the prototype of anything', () => {
    const query = withSettings(settings, JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>)
    assert.equal(Object.getPrototypeOf(query), Object.prototype)
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
    assert.ok(Object.hasOwn(query, '__proto__'), 'the key stays an unknown key, to be refused')
  })
})
