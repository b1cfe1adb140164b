import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isTopic, topicMatcher } from '../../src/mqtt/topic-filters'

const level = fc.stringMatching(/^[a-z$]{0,3}$/)
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))

describe('a filter of topics', () => {
  for (const [filter, meant, others] of [
    ['kasa/+/set', ['kasa/plug/set', 'kasa//set'], ['kasa/set', 'kasa/a/b/set', 'kasa/plug/set/on', 'xkasa/plug/set']],
    ['kasa/#', ['kasa', 'kasa/a', 'kasa/a/b', 'kasa/'], ['kasas', 'other/kasa']],
    ['#', ['a', 'a/b', '/'], ['$SYS/broker/version']],
    ['+/b', ['a/b', '/b'], ['$SYS/b', 'b']],
    ['$SYS/#', ['$SYS/broker'], ['SYS/broker']],
    ['a.b/c', ['a.b/c'], ['axb/c']],
  ] as const) {
    it(`${filter} means what MQTT says that it means`, () => {
      const isMeant = topicMatcher(filter)
      for (const one of meant) assert.ok(isMeant(one), one)
      for (const one of others) assert.ok(!isMeant(one), one)
    })
  }

  it('without wildcards means itself alone', () => {
    fc.assert(fc.property(topic, topic, (one, other) => topicMatcher(one)(other) === (one === other)))
  })

  it('means a topic of which it leaves some levels open', () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), fc.array(fc.boolean()), (levels, open) => {
        fc.pre(!levels[0]?.startsWith('$'))
        const filter = levels.map((one, at) => (open[at] ? '+' : one)).join('/')
        return topicMatcher(filter)(levels.join('/')) && topicMatcher(`${filter}/#`)(levels.join('/'))
      }),
    )
  })

  it('is no topic, nor is what is empty or longer than 65,535 bytes', () => {
    for (const unfit of ['', '+', 'a/#', 'a\0', 'ü'.repeat(32_768)]) assert.equal(isTopic(unfit), false)
    for (const fit of ['a', '/', 'ü'.repeat(32_767), 'x'.repeat(65_535)]) assert.equal(isTopic(fit), true)
  })
})
