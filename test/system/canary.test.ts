import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, it } from 'mocha'
import type { DeviceEvent } from '../../src/domain/event'
import { LOOPBACK_BROADCAST, type Behaviour, type SimulatedDevice, type Simulator } from '../../src/simulator'
import { kasaMonitor } from '../command-line/kasa-monitor'
import { assertNoSecret, CANARY, CANARY_HASH, shown } from '../support/canary'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../support/node-red'
import { fleetNode, simulatorFor } from '../support/simulated-fleet'

const PATIENCE_MS = 120_000
const OTHER = { username: 'somebody@else.example', password: 'of another account' }
const ACCOUNTS = { ...CANARY, username_2: CANARY.username, password_2: CANARY.password, hash_3: CANARY_HASH }

const poll: FlowNode = {
  id: 'poll',
  type: 'kasa-poll',
  fleet: 'fleet',
  wires: [['readings'], ['events'], ['recorded']],
}
const command: FlowNode = { id: 'command', type: 'kasa-command', fleet: 'fleet', wires: [['confirmed']] }
const discover: FlowNode = { id: 'discover', type: 'kasa-discover', fleet: 'fleet', wires: [['findings']] }
const caught: FlowNode = { id: 'catch', type: 'catch', scope: null, uncaught: false, wires: [['caught']] }
const metrics: FlowNode = { id: 'metrics', type: 'kasa-metrics', log: 'file', slow_ms: 1, wires: [['figures'], []] }
/** Long enough for a key; whoever looks for the password finds it in there. */
const API_KEY = `key-${CANARY.password}`
const api: FlowNode = {
  id: 'api',
  type: 'kasa-api',
  path: '/canary',
  keys: [{ slot: 1, name: 'dashboard', right: 'read' }],
  wires: [[]],
}
const NODES = ['fleet', 'poll', 'command', 'discover', 'catch']
const SINKS = ['readings', 'events', 'recorded', 'confirmed', 'findings', 'caught']

const SPOILT: Readonly<Record<string, Behaviour>> = {
  handshake: { kind: 'forbid', when: 'handshake' },
  request: { kind: 'forbid', when: 'request' },
  page: { kind: 'page-above', bytes: 10 },
  garbage: { kind: 'garbage' },
  short: { kind: 'short-reply' },
  silent: { kind: 'silence' },
  signature: { kind: 'wrong-signature' },
}

/** Those of another account refuse the login; some fail as their name says. */
function addHome(simulator: Simulator): void {
  const model = 'P110(EU)'
  simulator.addPlug({ model, alias: 'own klap', account: CANARY })
  simulator.addPlug({ model, alias: 'own aes', speaks: 'aes', account: CANARY })
  simulator.addPlug({ model, alias: 'own old aes', speaks: 'aes', login_version: 1, account: CANARY })
  simulator.addPlug({ alias: 'other iot klap', speaks: 'klap-1', account: OTHER })
  simulator.addPlug({ model, alias: 'other klap', account: OTHER })
  simulator.addPlug({ model, alias: 'other aes', speaks: 'aes', account: OTHER })
  simulator.addPlug({ model, alias: 'other old aes', speaks: 'aes', login_version: 1, account: OTHER })
  simulator.addPlug({ model, alias: 'other tpap', speaks: 'tpap', account: OTHER })
  simulator.addPlug({ model, alias: 'closed', speaks: 'tpap-closed', account: CANARY })
  simulator.addPlug({ alias: 'plain' })
  for (const speaks of ['klap-2', 'aes'] as const) {
    for (const alias of Object.keys(SPOILT)) simulator.addPlug({ model, speaks, alias, account: CANARY })
  }
}

inEachNodeRed('A secret', (nodeRed) => {
  const simulator = simulatorFor(addHome)

  // Otherwise Node-RED would add the credentials of one test to those of the one before.
  beforeEach(() => nodeRed().deploy([]))

  it('is seen nowhere, whatever fails', async function () {
    this.timeout(PATIENCE_MS)
    const home = simulator()
    for (const device of home.devices) {
      const behaviour = SPOILT[device.alias]
      if (behaviour) device.behave(behaviour)
    }
    const hosts = home.devices.flatMap(({ host }) => [{ host }])
    const rows = [...hosts.map((row, index) => ({ ...row, login: (index % 3) + 1 })), { host: '127.0.0.1', port: 9 }]
    const settings = { hosts: rows, targets: LOOPBACK_BROADCAST, reply_s: 1, connect_s: 1 }
    const nodes = [fleetNode(home, [], settings), poll, command, discover, caught, metrics]
    await nodeRed().deploy(nodes, { fleet: ACCOUNTS })
    await nodeRed().status('poll', /login refused/)
    const attempts = [...home.devices.map(({ host }) => host), '127.0.0.1'].flatMap((topic) => [
      nodeRed().send('command', { topic, payload: 'on' }),
      nodeRed().send('poll', { topic }),
    ])
    await Promise.allSettled([...attempts, nodeRed().send('discover', {})])
    const events = nodeRed()
      .received('events')
      .map(({ payload }) => payload as DeviceEvent)
    assert.ok(events.some(({ event }) => event === 'login_refused'))
    assert.ok(nodeRed().received('caught').length > 0)
    assertNoSecret({ 'file of the log': await logOf(nodeRed()) })
    assertNoSecret(await everythingSeen(nodeRed(), home.port))
  })

  for (const [title, credentials] of [
    ['half a login', { password: CANARY.password }],
    ['too much of one', { ...CANARY, hash: CANARY_HASH }],
    ['a password as a hash', { hash: CANARY.password }],
    ['an account of others that is half', { ...CANARY, password_2: CANARY.password }],
  ] as const) {
    it(`is seen nowhere where the settings hold ${title}`, async () => {
      await nodeRed().deploy([fleetNode(simulator(), []), poll, command, discover, caught], { fleet: credentials })
      await assert.rejects(nodeRed().send('poll', {}))
      assert.notDeepEqual(nodeRed().errors, [])
      assertNoSecret(await everythingSeen(nodeRed(), simulator().port))
    })
  }

  it('in an environment variable logs in, and is seen nowhere', async function () {
    this.timeout(PATIENCE_MS)
    const own = simulator().devices[0] as SimulatedDevice
    Object.assign(process.env, { CANARY_USERNAME: CANARY.username, CANARY_PASSWORD: CANARY.password })
    const credentials = { username: '${CANARY_USERNAME}', password: '${CANARY_PASSWORD}' }
    try {
      await nodeRed().deploy([fleetNode(simulator(), [own]), poll, command, discover, caught], { fleet: credentials })
      await nodeRed().status('poll', /^1 of 1 online$/)
      assertNoSecret(await everythingSeen(nodeRed(), simulator().port))
    } finally {
      delete process.env.CANARY_USERNAME
      delete process.env.CANARY_PASSWORD
    }
  })

  for (const [title, key_1] of [
    ['a key of the API', API_KEY],
    ['a key of the API that is too short', CANARY.password],
  ] as const) {
    it(`is seen nowhere where it is ${title}`, async () => {
      await nodeRed().deploy([api, caught], { api: { key_1 } })
      const ask = async (path: string, headers: Record<string, string>) => {
        const reply = await fetch(`${nodeRed().url}/canary${path}`, { headers })
        return `${JSON.stringify([...reply.headers])} ${await reply.text()}`
      }
      const replies = []
      for (const given of [API_KEY, `${API_KEY}x`]) {
        const headers = [{ 'x-api-key': given }, { authorization: `Bearer ${given}` }]
        for (const path of ['/devices', '/nothing', '/status', '/openapi.json', '/metrics']) {
          for (const each of headers) replies.push(await ask(path, each))
        }
      }
      assertNoSecret({
        ...(await everythingSeen(nodeRed(), simulator().port, ['api', 'catch'])),
        replies: replies.join(),
      })
    })
  }

  it('is not on the command line’s lips either', async function () {
    this.timeout(PATIENCE_MS)
    const environments = [
      { KASA_USERNAME: CANARY.username, KASA_PASSWORD: CANARY.password },
      { KASA_CREDENTIALS_HASH: CANARY_HASH },
      { KASA_PASSWORD: CANARY.password },
      { KASA_CREDENTIALS_HASH: CANARY.password },
    ]
    const hosts = simulator().devices.map(({ host }) => host)
    const common = ['--port', String(simulator().port), '--timeout-ms', '500']
    for (const environment of environments) {
      for (const json of [[], ['--json']]) {
        for (const words of [
          ['poll', ...hosts, '127.0.0.1'],
          ['discover', '--target', LOOPBACK_BROADCAST],
          ['command', hosts[4] ?? '', 'on'],
        ]) {
          const result = await kasaMonitor([...words, ...common, ...json], environment)
          assertNoSecret({ [words.join(' ')]: JSON.stringify(result) })
        }
      }
    }
  })

  it('is told to no device that was found: one that wants to hear it is left out, one that proves to know it is polled', async function () {
    this.timeout(PATIENCE_MS)
    for (const device of simulator().devices) device.requests.clear()
    const settings = { targets: LOOPBACK_BROADCAST, add_discovered: true, reply_s: 1, connect_s: 1 }
    await nodeRed().deploy([fleetNode(simulator(), [], settings), poll, command, discover, caught], { fleet: CANARY })
    const wanted = new Set(['own klap', 'own aes', 'own old aes', 'plain'])
    const ended = new Map<string, string>()
    while (wanted.size > 0) {
      const { event, host } = (await nodeRed().receive('events')).payload as DeviceEvent
      const alias = simulator().devices.find((device) => device.host === host)?.alias ?? ''
      if ((event === 'online' || event === 'login_refused') && wanted.delete(alias)) ended.set(alias, event)
    }
    assert.deepEqual(Object.fromEntries(ended), {
      'own klap': 'online',
      plain: 'online',
      'own aes': 'login_refused',
      'own old aes': 'login_refused',
    })
    for (const { alias, speaks, requests } of simulator().devices)
      if (speaks === 'aes') assert.equal(requests.logins, 0, alias)
    assertNoSecret(await everythingSeen(nodeRed(), simulator().port))
  })

  it('stays with the devices that a person chose', async function () {
    this.timeout(PATIENCE_MS)
    const [chosen, ...others] = simulator().devices as SimulatedDevice[]
    for (const device of simulator().devices) device.requests.clear()
    await nodeRed().deploy([fleetNode(simulator(), [chosen as SimulatedDevice]), poll], { fleet: ACCOUNTS })
    await nodeRed().status('poll', /^1 of 1 online$/)
    for (const { requests, alias } of others) {
      const { connections, datagrams, probes, handshakes } = requests
      assert.deepEqual(
        { alias, connections, datagrams, probes, handshakes },
        { alias, connections: 0, datagrams: 0, probes: 0, handshakes: 0 },
      )
    }
  })
})

/** Logs, statuses, messages, files, exports of the editor, and the nodes themselves as `console.log` shows them. */
async function everythingSeen(nodeRed: NodeRed, port: number, nodes = NODES): Promise<Record<string, string>> {
  const file = (name: string) => readFileSync(join(nodeRed.userDir, name), 'utf8')
  const get = async (path: string, headers = {}) => (await fetch(`${nodeRed.url}/${path}`, { headers })).text()
  const findings = await fetch(`${nodeRed.url}/kasa-monitor/discover`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'fleet', targets: LOOPBACK_BROADCAST, port, discovery_s: 0.3 }),
  })
  return {
    log: shown(nodeRed.log),
    ...Object.fromEntries([...nodes, ...SINKS].map((id) => [`statuses of ${id}`, shown(nodeRed.statuses(id))])),
    ...Object.fromEntries(SINKS.map((id) => [`messages to ${id}`, shown(nodeRed.received(id))])),
    ...Object.fromEntries(nodes.map((id) => [`node ${id}`, shown(ownProperties(nodeRed.node(id)))])),
    'flow file': file('flows.json'),
    'credentials file': file('flows_cred.json'),
    'exported flows': await get('flows', { 'Node-RED-API-Version': 'v2' }),
    'devices route': await get('kasa-monitor/fleets/fleet/devices'),
    'discover route': await findings.text(),
  }
}

async function logOf(nodeRed: NodeRed): Promise<string> {
  await nodeRed.send('metrics', { log: {} })
  const text = readFileSync(join(nodeRed.userDir, 'kasa-monitor', 'kasa-monitor.log'), 'utf8')
  assert.match(text, /"event":"login_refused"/)
  return text
}

/** Of a node, without Node-RED's own memory of the flow: there it keeps what the editor has sent, of any node. */
function ownProperties(node: object): object {
  const { _flow, ...own } = Object.getOwnPropertyDescriptors(node) as Record<string, PropertyDescriptor>
  assert.ok(_flow)
  return Object.defineProperties({}, own)
}
