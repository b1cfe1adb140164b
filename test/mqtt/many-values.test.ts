import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AedesBroker } from '../support/aedes'
import { WatchedLink } from '../support/broker-links'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { skipWithout } from '../support/skipping'
import { Wire } from '../support/wire'

const COUNT = 10_000
const topicOf = (at: number) => `kasa/device-${at}/state`
const value = (at: number, payload: string) => ({ topic: topicOf(at), payload, rank: 'state', qos: 1 }) as const

/** How many turns the event loop makes until something has come to an end. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let is_over = false
  void work.then(() => (is_over = true))
  let turns = 0
  while (!is_over) {
    await new Promise((resolve) => setImmediate(resolve))
    turns++
  }
  return turns
}

describe(`${COUNT} kept values`, function () {
  this.timeout(60_000)

  const goThrough = async (url: string, version: string, restart: () => Promise<void>): Promise<void> => {
    const watched = await WatchedLink.open({ url, version })
    try {
      for (let at = 0; at < COUNT; at++) watched.link.keep(value(at, 'first'))
      const turns = await turnsDuring(watched.hasSent(COUNT))
      assert.ok(turns > COUNT / 100, `others had their turn ${turns} times`)
      await restart()
      await watched.becomes('down')
      await watched.becomes('open')
      for (let at = 0; at < COUNT; at += 2) watched.link.keep(value(at, 'changed'))
      const person = await MqttPerson.at(url)
      await person.next(topicOf(COUNT - 2), 'changed')
      await person.next(topicOf(COUNT - 1), 'first')
      const newest = new Map(person.heard.map(({ topic, payload }) => [topic, payload]))
      for (let at = 0; at < COUNT; at++) assert.equal(newest.get(topicOf(at)), at % 2 === 0 ? 'changed' : 'first')
      assert.deepEqual([watched.link.status().kept, watched.codes], [COUNT, ['BROKER_UNAVAILABLE']])
      await person.leave()
    } finally {
      await watched.link.stop()
    }
  }

  for (const version of ['5', '3.1.1']) {
    it(`go to a Mosquitto, and again after its restart, while others have their turns (MQTT ${version})`, async function () {
      skipWithout(whyNoMosquitto(), this)
      // It drops what somebody does not take fast enough.
      const broker = await startMosquitto({ lines: ['max_queued_messages 0'] })
      try {
        await goThrough(broker.url, version, async () => {
          await broker.kill()
          await broker.run()
        })
      } finally {
        await broker.stop()
      }
    })
  }

  it('go to aedes, and again after its restart, while others have their turns', async () => {
    const broker = await AedesBroker.start()
    try {
      await goThrough(broker.url, '3.1.1', () => broker.restart())
    } finally {
      await broker.stop()
    }
  })

  it('go out by a wire in slices, all of them when it ends', async () => {
    const wire = new Wire()
    const person = wire.join()
    for (let at = 0; at < COUNT; at++) wire.broker.keep(value(at, 'on'))
    await wire.broker.start()
    const at_once = person.heard.length
    assert.ok(at_once < COUNT / 10, `${at_once} at once`)
    await person.next(topicOf(COUNT - 1))
    assert.equal(person.heard.length, COUNT)
    wire.broker.replay()
    await wire.broker.stop()
    assert.equal(person.heard.length, 2 * COUNT + 1)
  })
})
