import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nameFor, tagsFor, ttlFor } from '../../../nodes/kasa-cache/names'
import type { Message } from '../../../nodes/shared/input'

const message = (given: object) => ({ _msgid: 'a', ...given }) as Message
const refuses = (field: string, act: () => unknown) =>
  assert.throws(act, { code: 'INPUT_INVALID', message: new RegExp(`^${field}: `) })

describe('The key of a question', () => {
  it('is the dialog’s, else the message’s, else its topic', () => {
    const full = message({ key: 'from the message', topic: 'topic' })
    assert.equal(nameFor('key', ' weather ', full), 'weather')
    assert.equal(nameFor('key', '', full), 'from the message')
    assert.equal(nameFor('key', ' ', message({ key: '', topic: 'topic' })), 'topic')
    assert.equal(nameFor('key', '', message({ topic: 7 })), '7')
    assert.equal(nameFor('tag', '', message({ tag: 'kitchen', key: 'no' })), 'kitchen')
  })

  it('is asked for where there is none, and where it is no text', () => {
    for (const topic of [undefined, '', null, {}, ['a'], true])
      refuses('key', () => nameFor('key', '', message({ topic })))
    refuses('pattern', () => nameFor('pattern', '', message({ key: 'another field' })))
  })
})

describe('The tags of a value', () => {
  it('are those of the dialog and of the message, each once', () => {
    assert.deepEqual(tagsFor('a, b,,', message({ tags: ['b', 'c'] })), ['a', 'b', 'c'])
    assert.deepEqual(tagsFor('', message({ tags: 'x , y' })), ['x', 'y'])
    assert.deepEqual(tagsFor('', message({})), [])
  })

  it('are texts, and not too many', () => {
    for (const tags of [7, {}, [1], [null]]) refuses('tags', () => tagsFor('', message({ tags })))
    refuses('tags', () => tagsFor('a', message({ tags: Array.from({ length: 100 }, (_, index) => `b${index}`) })))
  })
})

describe('The time that a value is kept', () => {
  it('is the dialog’s, else the message’s, else the store’s', () => {
    assert.equal(ttlFor(5, message({ ttl_s: 60 })), 5000)
    assert.equal(ttlFor(0, message({ ttl_s: 0.5 })), 500)
    assert.equal(ttlFor(0, message({ ttl_s: '60' })), 60_000)
    assert.equal(ttlFor(0, message({ ttl_s: 0 })), undefined)
    assert.equal(ttlFor(0, message({})), undefined)
  })

  it('is a number of seconds', () => {
    for (const ttl_s of [-1, NaN, Infinity, 'soon', '', {}, 604_801])
      refuses('ttl_s', () => ttlFor(0, message({ ttl_s })))
  })
})
