import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MirroredBroker } from '../../../nodes/kasa-homeassistant/mirrored-broker'
import type { Broker } from '../../../src/mqtt/broker'
import type { WiredMessage } from '../../../src/mqtt/wired-broker'

describe('A broker whose messages are shown', () => {
  it('gets all of them, and shows each as it is sent', async () => {
    const [asked, shown]: [string[], WiredMessage[]] = [[], []]
    const broker = new Proxy({} as Broker, {
      get: (_target, name) => (given: unknown) => {
        asked.push(String(name))
        return name === 'subscribe' || name === 'watch' ? () => {} : given
      },
    })
    const mirrored = new MirroredBroker(broker, (message) => void shown.push(message))
    await mirrored.start()
    mirrored.keep({ topic: 'kasa/a/state', payload: '{}', rank: 'state', qos: 0 })
    mirrored.tell({ topic: 'kasa/a/result', payload: '{}', qos: 1, correlation: Buffer.from('x') })
    mirrored.deliver({ topic: 'kasa/a/alert', payload: '{}', qos: 1 })
    mirrored.forget('kasa/a/state')
    mirrored.replay()
    mirrored.subscribe('kasa/#', () => {})()
    mirrored.watch(() => {})()
    mirrored.status()
    await mirrored.stop()
    assert.deepEqual(asked, 'start keep tell deliver forget replay subscribe watch status stop'.split(' '))
    assert.deepEqual(shown, [
      { topic: 'kasa/a/state', payload: '{}', qos: 0, retain: true },
      { topic: 'kasa/a/result', payload: '{}', qos: 1, retain: false },
      { topic: 'kasa/a/alert', payload: '{}', qos: 1, retain: false },
    ])
  })
})
