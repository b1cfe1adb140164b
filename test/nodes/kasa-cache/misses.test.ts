import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { missesOf, note } from '../../../nodes/kasa-cache/misses'
import type { Message } from '../../../nodes/shared/input'

const message = (cache?: unknown) => ({ _msgid: 'a', cache }) as Message

describe('What a message is on its way to bring', () => {
  it('is the key that it missed', () => {
    const asked = message()
    note(asked, { key: 'page', hit: false, turn: '1' })
    assert.deepEqual(missesOf(asked), [{ key: 'page', turn: '1' }])
  })

  it('stays known while another value is fetched on the way', () => {
    const asked = message()
    note(asked, { key: 'page', hit: false, turn: '1' })
    note(asked, { key: 'login', hit: false, turn: '2', refresh: true })
    assert.deepEqual(missesOf(asked), [
      { key: 'page', turn: '1' },
      { key: 'login', turn: '2', refresh: true },
    ])
    note(asked, { key: 'login', kept: true }, [{ key: 'page', turn: '1' }])
    assert.deepEqual(asked.cache, { key: 'login', kept: true, outer: [{ key: 'page', turn: '1' }] })
    note(asked, { key: 'other', hit: 'memory' })
    assert.deepEqual(missesOf(asked), [{ key: 'page', turn: '1' }])
  })

  it('does not grow in a circle of misses that nobody ends', () => {
    const asked = message()
    for (let turn = 0; turn < 1000; turn++) note(asked, { key: 'k', hit: false, turn: `${turn}` })
    assert.ok(missesOf(asked).length <= 11)
    assert.equal(missesOf(asked).at(-1)?.turn, '999')
  })

  it('is nothing where anything else stands in msg.cache', () => {
    fc.assert(
      fc.property(fc.anything(), (cache) => {
        for (const { key, turn = '' } of missesOf(message(cache)))
          assert.equal(typeof key + typeof turn, 'stringstring')
      }),
    )
    assert.deepEqual(missesOf(message({ outer: [null, 7, { turn: 'a' }], hit: false, key: 'b', turn: 3 })), [])
    assert.deepEqual(missesOf(message({ key: 'b', hit: 'memory' })), [])
  })
})
