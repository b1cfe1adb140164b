import { it } from 'mocha'
import assert from 'node:assert/strict'
import { LOOPBACK_BROADCAST, type SimulatedDevice } from '../../../src/simulator'
import { inEachNodeRed, type FlowNode, type Message } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const discover = (settings: object = {}): FlowNode => ({
  id: 'discover',
  type: 'kasa-discover',
  fleet: 'fleet',
  wires: [['findings']],
  ...settings,
})
const payloads = (messages: readonly Message[]) => messages.map(({ payload }) => payload as Record<string, unknown>)

inEachNodeRed('kasa-discover', (nodeRed) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: 'Kettle' })
    home.addBulb({ alias: 'Lamp' })
  })
  const plug = () => simulator().devices[0] as SimulatedDevice
  const bulb = () => simulator().devices[1] as SimulatedDevice
  const fleet = (settings: object = {}) => fleetNode(simulator(), [], { targets: LOOPBACK_BROADCAST, ...settings })

  it('sends a message for each device that answers, and one at the end where that is wanted', async () => {
    await nodeRed().deploy([fleet(), discover({ end_message: true })])
    await nodeRed().send('discover', { ticket: 3 })
    const messages = await Promise.all([1, 2, 3].map(() => nodeRed().receive('findings')))
    const found = payloads(messages.slice(0, 2)).sort((one, other) =>
      String(one.alias) < String(other.alias) ? -1 : 1,
    )
    assert.deepEqual(
      found.map(({ supported, alias, host, port, kind }) => ({ supported, alias, host, port, kind })),
      [
        { supported: true, alias: 'Kettle', host: plug().host, port: simulator().port, kind: 'plug' },
        { supported: true, alias: 'Lamp', host: bulb().host, port: simulator().port, kind: 'bulb' },
      ],
    )
    assert.deepEqual(messages[2]?.complete, { devices: 2, unsupported: 0 })
    assert.ok(messages.every(({ ticket }) => ticket === 3))
    await nodeRed().status('discover', /^2 found, 0 unsupported$/)
  })

  it('tells of what answers but cannot be polled, with the reason', async () => {
    bulb().behave({ kind: 'garbage' })
    await nodeRed().deploy([fleet(), discover()])
    await nodeRed().send('discover', {})
    const other = payloads(nodeRed().received('findings')).find(({ supported }) => supported === false)
    assert.equal(other?.host, bulb().host)
    assert.equal(typeof other?.reason, 'string')
    assert.equal(other?.code, 'REPLY_INVALID')
  })

  it('looks by itself every so often', async () => {
    await nodeRed().deploy([fleet({ targets: plug().host }), discover({ every_min: 1 })])
    assert.equal((await nodeRed().receive('findings')).topic, plug().device_id)
  })

  it('does not look where a message says, unless its settings allow it', async () => {
    await nodeRed().deploy([fleet({ targets: plug().host }), discover()])
    await nodeRed().send('discover', { targets: bulb().host })
    assert.deepEqual(
      nodeRed()
        .received('findings')
        .map(({ topic }) => topic),
      [plug().device_id],
    )
  })

  it('looks where a message says, where its settings allow it', async () => {
    await nodeRed().deploy([fleet({ targets: plug().host }), discover({ targets_from_message: true })])
    await nodeRed().send('discover', { targets: [bulb().host] })
    assert.deepEqual(
      nodeRed()
        .received('findings')
        .map(({ topic }) => topic),
      [bulb().device_id],
    )
  })

  for (const [title, targets, named] of [
    ['a range of 100,000 addresses', '10.0.0.0-10.1.134.159', /10\.0\.0\.0-10\.1\.134\.159/],
    ['an address that is none', '300.1.1.1', /300\.1\.1\.1/],
    ['a host name', 'metadata.example', /metadata\.example/],
    ['something that is no text', [17], /targets: \[17\]/],
  ] as const) {
    it(`refuses ${title} in a message by name`, async () => {
      await nodeRed().deploy([fleet(), discover({ targets_from_message: true })])
      await assert.rejects(nodeRed().send('discover', { targets }), named)
    })
  }

  it('refuses a message while it is looking', async () => {
    await nodeRed().deploy([fleet(), discover()])
    const first = nodeRed().send('discover', {})
    await assert.rejects(nodeRed().send('discover', {}), { code: 'QUEUE_FULL' })
    await first
  })

  it('says that the fleet does not say where to look', async () => {
    await nodeRed().deploy([fleet({ targets: '' }), discover()])
    await assert.rejects(nodeRed().send('discover', {}), /targets/)
  })
})
