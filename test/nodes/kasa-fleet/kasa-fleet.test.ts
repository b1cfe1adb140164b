import { it } from 'mocha'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { DeviceEvent } from '../../../src/domain/event'
import { LOOPBACK_BROADCAST, type Behaviour, type SimulatedDevice } from '../../../src/simulator'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { assertNothingLeft, resources } from '../../support/resources'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const CANARY = 's3cr3t-CANARY'
const LOGIN = { fleet: { username: 'me', password: CANARY } }

const poll: FlowNode = { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['readings'], ['events']] }
const command: FlowNode = { id: 'command', type: 'kasa-command', fleet: 'fleet', wires: [['confirmed']] }
const discover: FlowNode = { id: 'discover', type: 'kasa-discover', fleet: 'fleet', wires: [['findings']] }
const caught: FlowNode = { id: 'catch', type: 'catch', scope: null, uncaught: false, wires: [['caught']] }

const BEHAVIOURS: readonly Behaviour[] = [
  { kind: 'latency', latency_ms: 100 },
  { kind: 'silence' },
  { kind: 'trickle', interval_ms: 50 },
  { kind: 'reset', when: 'accept' },
  { kind: 'reset', when: 'reply' },
  { kind: 'half-close' },
  { kind: 'garbage' },
  { kind: 'not-json' },
  { kind: 'length', length: 0xffffffff },
  { kind: 'length', length: 0 },
  { kind: 'flood' },
  { kind: 'two-frames' },
  { kind: 'extra-bytes' },
  { kind: 'short-reply' },
  { kind: 'close-after-reply' },
  { kind: 'slow-accept', delay_ms: 200 },
  { kind: 'connection-limit', limit: 0 },
  { kind: 'other-device', device_id: '8006AAAA', mac: '50:C7:BF:00:00:01' },
  { kind: 'refuse-commands', err_code: -1 },
  { kind: 'ignore-commands' },
]

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

inEachNodeRed('kasa-fleet', (nodeRed, aboutUs) => {
  const simulator = simulatorFor((home) => {
    home.addPlug({ alias: 'Kettle', power: 42 })
    home.addPlug({ alias: 'Fridge', power: 80 })
  })
  const plug = () => simulator().devices[0] as SimulatedDevice
  const fridge = () => simulator().devices[1] as SimulatedDevice

  it('polls what discovery finds, where that is wanted', async () => {
    const fleet = fleetNode(simulator(), [], { targets: LOOPBACK_BROADCAST, add_discovered: true })
    await nodeRed().deploy([fleet, poll])
    await nodeRed().status('poll', /^2 of 2 online$/)
  })

  it('polls over UDP, where that is wanted', async () => {
    await nodeRed().deploy([fleetNode(simulator(), [plug()], { poll_over: 'udp' }), poll])
    await nodeRed().receive('readings')
    await until(() => plug().requests.datagrams > 0)
  })

  it('serves the nodes of several flows, and asks a device once for all of them', async () => {
    const other = { ...poll, id: 'other', z: 'tab2', wires: [['more'], []] }
    plug().requests.clear()
    await nodeRed().deployAsIs([
      { id: 'tab', type: 'tab', label: 'one' },
      { id: 'tab2', type: 'tab', label: 'two' },
      fleetNode(simulator(), [plug()]),
      { ...poll, z: 'tab' },
      other,
    ])
    await nodeRed().status('poll', /^1 of 1 online$/)
    await nodeRed().status('other', /^1 of 1 online$/)
    assert.equal(plug().requests.max_in_flight, 1)
    assert.equal(plug().requests.open_connections, 1)
  })

  it('keeps the lifetime totals of its devices in the user directory', async () => {
    await nodeRed().deploy([fleetNode(simulator(), [plug()]), poll])
    await nodeRed().receive('readings')
    await nodeRed().deploy([])
    const file = join(nodeRed().userDir, 'kasa-monitor', 'energy-fleet.json')
    assert.ok(existsSync(file))
    assert.ok(readFileSync(file, 'utf8').includes(plug().device_id))
  })

  for (const [title, settings, named] of [
    ['a host that is none', { hosts: [{ host: '300.1.1.1' }] }, /hosts\.0\.host: "300\.1\.1\.1"/],
    ['a port out of range', { port: 70_000 }, /port: 70000/],
    ['a port out of range in a row', { hosts: [{ host: '127.0.0.1', port: 70_000 }] }, /hosts\.0\.port: 70000/],
    ['an interval of 0', { fastest_s: 0 }, /fastest_s: 0/],
    ['a range of 100,000 addresses', { targets: '10.0.0.0-10.1.134.159' }, /targets: "10\.0\.0\.0-/],
    [
      'an integration that is not there',
      { hosts: [{ host: '127.0.0.1', integration: 'none' }] },
      /integration: "none"/,
    ],
  ] as const) {
    it(`names ${title}, and so do the nodes that use the fleet`, async () => {
      await nodeRed().deploy([fleetNode(simulator(), [], settings), poll, caught])
      await nodeRed().status('poll', /^fleet: "fleet"/)
      assert.ok(nodeRed().errors.some((error) => named.test(error)))
      await assert.rejects(nodeRed().send('poll', {}), /set up without errors/)
      await nodeRed().receive('caught')
    })
  }

  aboutUs(() => {
    it('lives through every way in which a device can misbehave, and goes on polling the others', async function () {
      this.timeout(60_000)
      const impatient = { reply_s: 0.3, connect_s: 0.3, command_s: 0.8 }
      await nodeRed().deploy([fleetNode(simulator(), [plug(), fridge()], impatient), poll, command])
      await nodeRed().status('poll', /^2 of 2 online$/)
      for (const behaviour of BEHAVIOURS) {
        plug().behave(behaviour)
        plug().reboot(0)
        await Promise.allSettled([
          nodeRed().send('command', { topic: 'Kettle', payload: 'toggle' }),
          nodeRed().send('poll', { topic: 'Kettle' }),
        ])
      }
      plug().behave()
      const asked = fridge().requests.requests
      await until(() => fridge().requests.requests > asked)
      const lost = nodeRed()
        .received('events')
        .map(({ payload }) => payload as DeviceEvent)
        .filter(({ event, alias }) => event === 'offline' && alias === 'Fridge')
      assert.deepEqual(lost, [])
    })
  })

  it('leaves no timer, socket or listener behind after 200 deploys', async function () {
    this.timeout(120_000)
    const flow = [
      fleetNode(simulator(), [plug(), fridge()], { targets: LOOPBACK_BROADCAST, add_discovered: true }),
      poll,
      command,
      { ...discover, every_min: 1 },
    ]
    const undeploy = async () => {
      await nodeRed().deploy([])
      await until(() => plug().requests.open_connections + fridge().requests.open_connections === 0)
    }
    await nodeRed().deploy(flow)
    await undeploy()
    const before = resources()
    for (let count = 0; count < 200; count++) await nodeRed().deploy(flow)
    await nodeRed().status('poll', /^2 of 2 online$/)
    assert.equal(plug().requests.open_connections, 1)
    assert.equal(fridge().requests.open_connections, 1)
    await undeploy()
    await assertNothingLeft(before)
    assert.equal(plug().requests.max_in_flight, 1)
  })

  it('closes within 5 s while a device is silent', async function () {
    this.timeout(5000)
    plug().behave({ kind: 'silence' })
    await nodeRed().deploy([fleetNode(simulator(), [plug()], { reply_s: 60, connect_s: 60 }), poll])
    await until(() => plug().requests.in_flight > 0)
    await nodeRed().deploy([])
  })

  it('lets the password appear nowhere', async () => {
    plug().behave({ kind: 'garbage' })
    await nodeRed().deploy([fleetNode(simulator(), [plug(), fridge()]), poll, command, discover, caught], LOGIN)
    await nodeRed().receive('readings')
    const attempts = [
      nodeRed().send('command', { topic: 'Kettle', payload: 'explode' }),
      nodeRed().send('command', { topic: plug().host, payload: 'on' }),
      nodeRed().send('poll', { topic: plug().host }),
      nodeRed().send('discover', {}),
    ]
    for (const { status } of await Promise.allSettled(attempts)) assert.equal(status, 'rejected')
    await nodeRed().receive('caught')
    assert.doesNotMatch(everythingSeen(nodeRed()), new RegExp(CANARY))
  })
})

/** Logs, statuses, messages, the flow file, and the nodes themselves as `console.log` shows them. */
function everythingSeen(nodeRed: NodeRed): string {
  const nodes = ['fleet', 'poll', 'command', 'discover']
  const ids = [...nodes, 'readings', 'events', 'confirmed', 'findings', 'caught']
  const flowFiles = ['flows.json', 'flows_cred.json'].map((file) => readFileSync(join(nodeRed.userDir, file), 'utf8'))
  return [
    inspect(nodeRed.log, { depth: 9 }),
    ...ids.map((id) => inspect([nodeRed.statuses(id), nodeRed.received(id)], { depth: 9 })),
    ...flowFiles,
    ...nodes.map((id) => inspect(nodeRed.node(id), { depth: 9 })),
  ].join('\n')
}
