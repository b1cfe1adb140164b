import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { ReceivedMessage } from '../../src/mqtt/broker'
import { WatchedLink } from '../support/broker-links'
import { Inbox } from '../support/inbox'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { skipWithout } from '../support/skipping'

describe('a question by MQTT 5', () => {
  before(function () {
    skipWithout(whyNoMosquitto(), this)
  })

  it('comes with where its answer is waited for, and the answer says what it answers', async () => {
    const broker = await startMosquitto()
    const received = new Inbox<ReceivedMessage>()
    const watched = await WatchedLink.open({ url: broker.url })
    watched.link.subscribe('kasa/+/set', (message) => received.push('set', message))
    const person = await MqttPerson.at(broker.url, 5)
    await person.say('kasa/plug/set', 'on', { response_topic: 'answers/me', correlation: 'question 7' })
    const { response_topic = '', correlation = Buffer.alloc(0) } = await received.next('set')
    assert.deepEqual([response_topic, correlation.toString()], ['answers/me', 'question 7'])
    watched.link.tell({ topic: response_topic, payload: 'done', qos: 1, correlation })
    assert.equal((await person.next('answers/me', 'done')).correlation, 'question 7')
    watched.link.deliver({ topic: response_topic, payload: 'delivered', qos: 1, correlation })
    assert.equal((await person.next('answers/me', 'delivered')).correlation, 'question 7')
    await person.leave()
    await watched.link.stop()
    await broker.stop()
  })
})
