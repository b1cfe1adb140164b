import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { RedisNames } from '../../../src/cache/redis/redis-names'

const names = new RedisNames('kasa-monitor:')
const texts = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.stringMatching(/^[%{}257BDbd]{1,8}$/))

describe('a name in Redis', () => {
  it('tells the key that it was made of, and whether it is a value or a lease', () => {
    fc.assert(
      fc.property(texts, (key) => {
        assert.deepEqual(names.parse(names.value(key)), { key, of: 'value' })
        assert.deepEqual(names.parse(names.lease(key)), { key, of: 'lease' })
      }),
    )
  })

  it('has all of the key between its only braces, so that a cluster keeps what belongs to it in one place', () => {
    fc.assert(
      fc.property(texts, (key) => {
        const places = [names.value(key), names.lease(key), names.stage(key, 'token')].map(
          (name) => /\{([^{}]+)\}/.exec(name)?.[1],
        )
        assert.equal(new Set(places).size, 1)
        assert.match(names.value(key), /^[^{}]*\{[^{}]+\}$/)
      }),
    )
  })

  it('is none of ours where it was not made here', () => {
    const foreign = ['', 'e:{a}', 'kasa-monitor:e:a', 'kasa-monitor:e:{}', 'kasa-monitor:x:{a}', 'kasa-monitor:t:a']
    const damaged = [
      'kasa-monitor:e:{a',
      'kasa-monitor:e:{a}b',
      'kasa-monitor:e:{%}',
      'kasa-monitor:e:{%41}',
      'kasa-monitor:e:{a{b}',
    ]
    for (const name of [...foreign, ...damaged]) assert.equal(names.parse(name), undefined, name)
    fc.assert(
      fc.property(texts, (name) => {
        const parsed = names.parse(`kasa-monitor:e:{${name}}`)
        if (parsed) assert.equal(names.value(parsed.key), `kasa-monitor:e:{${name}}`)
      }),
    )
  })

  it('is asked for by a pattern in which Redis takes all but * for itself', () => {
    assert.equal(names.scan('a*[b]?\\{c}**d', 'e'), 'kasa-monitor:e:{a*\\[b\\]\\?\\\\%7Bc%7D*d}')
    assert.equal(names.scan('*', '[el]'), 'kasa-monitor:[el]:{*}')
  })
})
