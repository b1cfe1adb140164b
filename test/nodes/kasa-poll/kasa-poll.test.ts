import { it } from 'mocha'
import assert from 'node:assert/strict'
import type { DeviceEvent } from '../../../src/domain/event'
import type { Reading } from '../../../src/domain/reading'
import type { SimulatedDevice } from '../../../src/simulator'
import { inEachNodeRed, type FlowNode, type Message, type NodeRed } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const poll = (settings: object = {}): FlowNode => ({
  id: 'poll',
  type: 'kasa-poll',
  fleet: 'fleet',
  wires: [['readings'], ['events']],
  ...settings,
})
const readingIn = (message: Message) => message.payload as Reading
const eventIn = (message: Message) => message.payload as DeviceEvent

async function nextEvent(nodeRed: NodeRed, event: string): Promise<DeviceEvent> {
  for (;;) {
    const found = eventIn(await nodeRed.receive('events'))
    if (found.event === event) return found
  }
}

/** Waits until the device was read; what a flow sent before this one was deployed is passed over. */
async function settle(nodeRed: NodeRed, alias = 'Kettle'): Promise<void> {
  while (readingIn(await nodeRed.receive('readings')).alias !== alias);
  while ((await nextEvent(nodeRed, 'online')).alias !== alias);
}

inEachNodeRed('kasa-poll', (nodeRed, aboutUs) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: 'Kettle', power: 42 })
    home.addPlug({ alias: 'Fridge', power: 80 })
    home.addStrip({ alias: 'Desk' })
    home.addSwitch({ alias: 'Hall' })
  })
  const devices = () => simulator().devices
  const hall = () => simulator().devices[3] as SimulatedDevice
  const plug = () => devices()[0] as SimulatedDevice

  it('sends the readings of every device of the fleet, each with its identity as topic', async () => {
    await nodeRed().deploy([fleetNode(simulator(), devices().slice(0, 2)), poll()])
    const messages = [await nodeRed().receive('readings'), await nodeRed().receive('readings')]
    const readings = messages.map(readingIn)
    assert.deepEqual(readings.map(({ alias }) => alias).sort(), ['Fridge', 'Kettle'])
    for (const [index, reading] of readings.entries()) {
      assert.equal(messages[index]?.topic, reading.device_id)
      assert.equal(reading.source, 'poll')
      assert.equal(reading.quality, 'good')
      assert.ok(Math.abs(Number(reading.power_w) - (reading.alias === 'Kettle' ? 42 : 80)) < 5)
    }
    await nodeRed().status('poll', /^2 of 2 online$/)
  })

  it('tells once that a device is offline, and once that it is back', async () => {
    await nodeRed().deploy([fleetNode(simulator(), [plug()], { failures_until_offline: 1 }), poll()])
    await settle(nodeRed())
    await plug().stop()
    assert.equal((await nextEvent(nodeRed(), 'offline')).device_id, plug().device_id)
    const { fill } = await nodeRed().status('poll', /^0 of 1 online$/)
    assert.equal(fill, 'red')
    await plug().start()
    const back = await nextEvent(nodeRed(), 'online')
    assert.equal(back.alias, 'Kettle')
    await nodeRed().receive('readings')
    const others = nodeRed().received('events').map(eventIn)
    assert.deepEqual(
      others.filter(({ event }) => event === 'offline' || event === 'online'),
      [],
    )
    assert.deepEqual(nodeRed().errors, [])
  })

  it('says when somebody switches a device', async () => {
    await nodeRed().deploy([fleetNode(simulator(), [plug()]), poll()])
    await settle(nodeRed())
    plug().switch(false)
    assert.equal((await nextEvent(nodeRed(), 'changed')).on, false)
    plug().switch(true)
    assert.equal((await nextEvent(nodeRed(), 'changed')).on, true)
  })

  it('answers a message with a reading, from the cache within the shortest interval, and keeps its properties', async () => {
    const slow = fleetNode(simulator(), [plug()], { fastest_s: 60, slowest_s: 120 })
    await nodeRed().deploy([slow, poll()])
    await settle(nodeRed())
    plug().requests.clear()
    for (const ask of [{ topic: 'Kettle' }, { payload: { device_id: plug().device_id } }, { payload: 'Kettle' }, {}]) {
      await nodeRed().send('poll', { ...ask, ticket: 7 })
      const message = await nodeRed().receive('readings')
      assert.equal(readingIn(message).source, 'cache')
      assert.equal(message.topic, plug().device_id)
      assert.equal(message.ticket, 7)
    }
    assert.equal(plug().requests.requests, 0)
  })

  aboutUs(() => {
    it('asks the device again once its last reading is older than the shortest interval, and sends the answer once', async () => {
      await nodeRed().deploy([fleetNode(simulator(), [plug()], { slowest_s: 60, sensitivity: 0.1 }), poll()])
      await settle(nodeRed())
      let answer: Message
      do {
        await nodeRed().send('poll', { topic: 'Kettle', ticket: 1 })
        answer = await nodeRed().receive('readings')
      } while (readingIn(answer).source === 'cache')
      assert.equal(answer.ticket, 1)
      const { timestamp } = readingIn(answer)
      assert.ok(
        !nodeRed()
          .received('readings')
          .some((message) => readingIn(message).timestamp === timestamp),
      )
    })

    it('names a device that is not in the fleet', async () => {
      await nodeRed().deploy([fleetNode(simulator(), [plug()]), poll()])
      await settle(nodeRed())
      await assert.rejects(nodeRed().send('poll', { topic: 'Toaster' }), /Toaster/)
      await nodeRed().status('poll', /Toaster/)
    })

    it('sends only the chosen devices, with their outlets or without', async () => {
      const strip = devices()[2] as SimulatedDevice
      const all = fleetNode(simulator(), devices().slice(0, 3))
      const chosen = { which: 'chosen', devices: [strip.device_id] }
      await nodeRed().deploy([
        all,
        poll({ ...chosen, outlets: false }),
        poll({ ...chosen, id: 'poll2', wires: [['more'], []] }),
      ])
      await nodeRed().status('poll2', /^7 of 7 online$/)
      await nodeRed().status('poll', /^1 of 1 online$/)
      const identities = new Set(
        nodeRed()
          .received('readings')
          .map(({ topic }) => topic),
      )
      assert.deepEqual([...identities], [strip.device_id])
      const outlets = nodeRed().received('more').map(readingIn)
      assert.ok(outlets.some(({ parent_id }) => parent_id === strip.device_id))
      assert.ok(outlets.every(({ device_id, parent_id }) => (parent_id ?? device_id) === strip.device_id))
    })

    it('sends changes alone where that is wanted', async () => {
      await nodeRed().deploy([
        fleetNode(simulator(), [hall()]),
        poll({ emit: 'on-change', at_least_every_s: 0 }),
        poll({ id: 'every', wires: [['all'], []] }),
      ])
      await settle(nodeRed(), 'Hall')
      for (let count = 0; count < 3; count++) await nodeRed().receive('all')
      assert.deepEqual(nodeRed().received('readings'), [])
      hall().switch(false)
      assert.equal(readingIn(await nodeRed().receive('readings')).on, false)
      hall().switch(true)
      assert.equal(readingIn(await nodeRed().receive('readings')).on, true)
    })

    it('gathers readings into arrays where that is wanted', async () => {
      await nodeRed().deploy([
        fleetNode(simulator(), devices().slice(0, 2)),
        poll({ deliver: 'array', gather_ms: 1500 }),
      ])
      const message = await nodeRed().receive('readings')
      const readings = message.payload as Reading[]
      assert.equal(message.topic, 'readings')
      assert.deepEqual(new Set(readings.map(({ alias }) => alias)), new Set(['Kettle', 'Fridge']))
      await nodeRed().send('poll', { ticket: 9 })
      const answer = await nodeRed().receive('readings')
      assert.equal(answer.ticket, 9)
      assert.equal((answer.payload as Reading[]).length, 2)
    })
  })

  it('gives every node of a fleet readings of its own, and asks the device once for all', async () => {
    await nodeRed().deploy([
      fleetNode(simulator(), [plug()]),
      poll(),
      poll({ id: 'poll2', z: 'tab', wires: [['more'], []] }),
    ])
    const first = readingIn(await nodeRed().receive('readings'))
    const second = readingIn(await nodeRed().receive('more'))
    assert.deepEqual(first, second)
    assert.notEqual(first, second)
    assert.equal(plug().requests.max_open_connections <= 2, true)
  })

  it('says that a fleet is missing, and answers every message with that', async () => {
    await nodeRed().deploy([poll({ fleet: '' })])
    const { fill } = await nodeRed().status('poll', /^fleet:/)
    assert.equal(fill, 'red')
    await assert.rejects(nodeRed().send('poll', {}), /fleet: "" is not allowed/)
  })
})
