import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { type Behaviour, type BehaviourKind, type SimulatedDevice, Simulator } from '../../src/simulator'
import { PROJECT } from '../support/node-red'
import { forOneNodeRedProcess, NodeRedProcess } from '../support/node-red-process'

const PATIENCE_MS = 60_000
/** Contacts with each device that misbehaves, polls and commands together. */
const CONTACTS = 4

// One of each kind: a new behaviour does not compile until it is here.
const BEHAVIOURS: { readonly [Kind in BehaviourKind]: Extract<Behaviour, { kind: Kind }> } = {
  latency: { kind: 'latency', latency_ms: 700 },
  silence: { kind: 'silence' },
  trickle: { kind: 'trickle', interval_ms: 100 },
  reset: { kind: 'reset', when: 'reply' },
  'half-close': { kind: 'half-close' },
  garbage: { kind: 'garbage' },
  'not-json': { kind: 'not-json' },
  length: { kind: 'length', length: -1 },
  flood: { kind: 'flood' },
  'two-frames': { kind: 'two-frames' },
  'extra-bytes': { kind: 'extra-bytes' },
  'short-reply': { kind: 'short-reply' },
  'close-after-reply': { kind: 'close-after-reply' },
  'slow-accept': { kind: 'slow-accept', delay_ms: 700 },
  'connection-limit': { kind: 'connection-limit', limit: 1 },
  'other-device': { kind: 'other-device', device_id: 'F'.repeat(40), mac: '50:C7:BF:FF:FF:FF' },
  'refuse-commands': { kind: 'refuse-commands', err_code: -1 },
  'ignore-commands': { kind: 'ignore-commands' },
  'session-timeout': { kind: 'session-timeout', timeout_s: 1 },
  'session-per-request': { kind: 'session-per-request' },
  'session-limit': { kind: 'session-limit', limit: 1 },
  forbid: { kind: 'forbid', when: 'request' },
  'page-above': { kind: 'page-above', bytes: 100 },
  'wrong-signature': { kind: 'wrong-signature' },
  'clock-unset': { kind: 'clock-unset' },
}

describe('a Node-RED whose devices misbehave in every way', () => {
  if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
    it.skip('not run: `npm run build` makes the folder dist, which is what gets loaded')
    return
  }

  forOneNodeRedProcess('it', (version) => {
    let nodeRed: NodeRedProcess
    let simulator: Simulator
    let well: SimulatedDevice
    const misbehaving = new Map<SimulatedDevice, Behaviour>()

    before(async function () {
      this.timeout(PATIENCE_MS)
      simulator = new Simulator({ port: 0 })
      well = simulator.addPlug({ alias: 'well', power: 40 })
      for (const [alias, behaviour] of Object.entries(BEHAVIOURS)) {
        misbehaving.set(simulator.addPlug({ alias, power: 40 }), behaviour)
        const klap = { speaks: 'klap-2', account: 'kasa-default' } as const
        misbehaving.set(simulator.addPlug({ alias: `${alias}, over KLAP`, power: 40, ...klap }), behaviour)
      }
      await simulator.start()
      nodeRed = new NodeRedProcess(version, { packs: [PROJECT] })
      await nodeRed.start()
      // Each is well at first, so that it is known; then it begins.
      await nodeRed.deploy(flowFor(simulator.devices))
      await none('Never known', () => simulator.devices.filter(({ requests }) => requests.requests === 0))
      for (const [device, behaviour] of misbehaving) device.behave(behaviour)
      for (const { requests } of simulator.devices) requests.clear()
    })

    after(async () => {
      await nodeRed?.stop()
      await simulator?.stop()
    })

    it('lives on, and polls the device that is well', async function () {
      this.timeout(PATIENCE_MS)
      await asked(simulator.devices, CONTACTS)
      assert.ok(nodeRed.alive, nodeRed.log)
      assert.doesNotMatch(nodeRed.log, /Uncaught|UnhandledPromise|ERR_UNHANDLED|INTERNAL/)
      well.requests.clear()
      await asked([well], CONTACTS)
    })

    it('redeploys and ends in time, in the middle of it', async function () {
      this.timeout(PATIENCE_MS)
      await nodeRed.deploy(flowFor(simulator.devices))
      await nodeRed.deploy([])
      assert.doesNotMatch(nodeRed.log, /Error stopping node|Close timed out/)
      await none('Still connected', () => simulator.devices.filter(({ requests }) => requests.open_connections > 0))
    })
  })
})

/** Polls as fast as it goes, stores, and sends each device commands all the time. */
function flowFor(devices: readonly SimulatedDevice[]): object[] {
  const hosts = devices.map(({ host, port, device_id }) => ({ host, port, device_id, integration: 'kasa' }))
  const timeouts = { connect_s: 0.4, reply_s: 0.4, command_s: 1, discovery_s: 1 }
  const toggles = devices.flatMap(({ device_id }, index) => [
    {
      ...{ id: `inject-${index}`, type: 'inject', z: 'tab', props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }] },
      ...{ repeat: '1', once: true, onceDelay: 2, topic: device_id, payload: 'toggle', payloadType: 'str' },
      wires: [['command', 'poll']],
    },
  ])
  return [
    { id: 'tab', type: 'tab', label: 'behaviours' },
    { id: 'fleet', type: 'kasa-fleet', name: '', hosts, fastest_s: 1, slowest_s: 5, ...timeouts },
    { id: 'database', type: 'kasa-database', name: '', file: 'behaviours.sqlite' },
    { id: 'poll', type: 'kasa-poll', z: 'tab', fleet: 'fleet', emit: 'always', wires: [['write'], ['events']] },
    { id: 'write', type: 'kasa-write', z: 'tab', database: 'database', wires: [] },
    { id: 'command', type: 'kasa-command', z: 'tab', fleet: 'fleet', command: 'message', wires: [[]] },
    { id: 'events', type: 'debug', z: 'tab', active: false, wires: [] },
    ...toggles,
  ]
}

/** Waits until each device has been asked so often, or at least reached for. */
async function asked(devices: readonly SimulatedDevice[], times: number): Promise<void> {
  const contacts = ({ requests: { requests, connections, handshakes } }: SimulatedDevice) =>
    Math.max(requests, connections, handshakes)
  await none(`Never asked ${times} times`, () => devices.filter((device) => contacts(device) < times))
}

/** Waits until there are no such devices; a device that reads late also hears late of an end. */
async function none(complaint: string, such: () => readonly SimulatedDevice[]): Promise<void> {
  for (const limit = Date.now() + PATIENCE_MS - 10_000; Date.now() < limit;) {
    if (such().length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail(
    `${complaint}: ${such()
      .map(({ alias }) => alias)
      .join(', ')}`,
  )
}
