import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { receivedMessage } from '../../../nodes/kasa-homeassistant/received-message'
import { LONGEST_PAYLOAD_BYTES } from '../../../src/mqtt/broker'

const ROOTS = ['kasa', 'homeassistant']

describe('What a core mqtt in brings', () => {
  const received = (message: object) => receivedMessage({ _msgid: '1', ...message } as never, ROOTS)

  it('is taken as text, whatever that has made of it', () => {
    const topic = 'kasa/plug/set'
    const of = (payload: unknown) => received({ topic, payload, qos: 1, retain: false })?.payload
    assert.deepEqual([of('ON'), of(Buffer.from('ON')), of({ on: true }), of(true)], ['ON', 'ON', '{"on":true}', 'true'])
    assert.equal(of(undefined), '')
  })

  it('says whether the broker had kept it, and where an answer is waited for', () => {
    const correlation = Buffer.from([1, 2])
    assert.deepEqual(
      received({
        ...{ topic: 'kasa/plug/set/on', payload: 'ON', qos: 1, retain: true },
        ...{ responseTopic: 'me/answers', correlationData: correlation },
      }),
      { topic: 'kasa/plug/set/on', payload: 'ON', retain: true, response_topic: 'me/answers', correlation },
    )
    assert.deepEqual(received({ topic: 'homeassistant/status', payload: 'online' }), {
      topic: 'homeassistant/status',
      payload: 'online',
      retain: false,
    })
  })

  it('is not for us below other topics', () => {
    for (const topic of ['kasa', 'kasa-2/plug/set', 'other/kasa/plug/set', '', undefined, 7]) {
      assert.equal(received({ topic, payload: 'ON', qos: 1 }), undefined)
    }
  })

  it('is told from a reading, and from a change of a rule that is called like our topic', () => {
    assert.equal(received({ topic: 'kasa/plug-1', payload: { change: 'raised' } }), undefined)
    assert.equal(received({ topic: 'kasa/plug-1', payload: [{ device_id: 'plug-1' }] }), undefined)
  })

  it('is cut where it is longer than anything that is taken', () => {
    const payload = Buffer.alloc(10 * LONGEST_PAYLOAD_BYTES, 'x')
    assert.equal(received({ topic: 'kasa/plug/set', payload, qos: 0 })?.payload.length, LONGEST_PAYLOAD_BYTES + 1)
  })
})
