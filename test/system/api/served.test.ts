import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { HistoryRow } from '../../../src/database/database'
import { Simulator } from '../../../src/simulator'
import type { FleetDevice } from '../../../src/polling/fleet-device'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess } from '../../support/node-red-process'
import { fleetNode } from '../../support/simulated-fleet'
import { skipWithout } from '../../support/skipping'
import { soon } from '../../support/soon'
import { makeStore } from '../../support/sqlite'
import { whyNotBuilt } from '../retention/asked-node-red'
import { DAY, fill, months } from '../retention/months'

const WITHIN_MS = 60_000
/** More than sockets hold, so that a deploy finds an answer under way. */
const DAYS = 20
const VERSION = { title: '4.1', node: process.execPath, red: join(PROJECT, 'node_modules', 'node-red', 'red.js') }
const READ_KEY = 'a-key-that-may-read'
const COMMAND_KEY = 'a-key-that-may-command'
const PASSWORD = 'let me in'
const SETTINGS = `
  httpNodeRoot: '/served',
  httpNodeAuth: { user: 'me', pass: '${createHash('md5').update(PASSWORD).digest('hex')}' },`
const LOGIN = { authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}` }
const READER = { ...LOGIN, 'x-api-key': READ_KEY }
const ON_TAB = { z: 'tab', x: 0, y: 0 }

describe('A home that is served over HTTP', function () {
  this.timeout(WITHIN_MS)
  const simulator = new Simulator({ port: 0 })
  const nodeRed = new NodeRedProcess(VERSION, { packs: [PROJECT], settings: SETTINGS })
  const { readings: past, range } = months(['fridge'], DAYS)

  const ask = (target: string, headers: object = READER, more: RequestInit = {}) =>
    fetch(`${nodeRed.url}/served/kasa${target}`, { ...more, headers: { ...headers } })
  const told = async <Body>(target: string): Promise<Body> => {
    const reply = await ask(target)
    assert.equal(reply.status, 200, await reply.clone().text())
    return (await reply.json()) as Body
  }
  const kettle = () =>
    soon(async () => {
      const { devices } = await told<{ devices: FleetDevice[] }>('/devices')
      const found = devices.find(({ alias, state }) => alias === 'Kettle' && state === 'online')
      assert.ok(found?.device_id, JSON.stringify(devices))
      return { ...found, device_id: found.device_id }
    })
  const post = (target: string, key: string, body: object) =>
    ask(
      target,
      { ...LOGIN, 'x-api-key': key, 'content-type': 'application/json' },
      { method: 'POST', body: JSON.stringify(body) },
    )
  const ofThePast = `from=${range.from}&to=${range.to}&device_id=fridge`

  before(async function () {
    skipWithout(whyNotBuilt(), this)
    simulator.addPlug({ alias: 'Kettle', model: 'KP115(EU)' })
    await simulator.start()
    const file = join(nodeRed.userDir, 'home.sqlite')
    await fill(makeStore(file), past)
    await nodeRed.start()
    await nodeRed.deploy(flow(simulator, file))
  })

  after(async () => {
    await nodeRed.stop()
    await simulator.stop()
  })

  it('asks for the login of Node-RED, and then for a key', async () => {
    assert.equal((await ask('/devices', {})).status, 401)
    assert.equal((await ask('/devices', { 'x-api-key': READ_KEY })).status, 401)
    const keyless = await ask('/devices', LOGIN)
    assert.equal(keyless.status, 401)
    assert.equal(keyless.headers.get('content-type'), 'application/problem+json')
    assert.equal((await ask('/devices')).status, 200)
    assert.equal((await fetch(`${nodeRed.url}/kasa/devices`, { headers: READER })).status, 404)
  })

  it('tells what is polled and stored, as JSON, as a table and in a batch', async () => {
    const { device_id, reading } = await kettle()
    assert.equal(reading?.device_id, device_id)
    await soon(async () => {
      const lines = (await (await ask(`/readings?device_id=${device_id}&fields=on&format=csv&limit=3`)).text()).split(
        '\r\n',
      )
      assert.equal(lines[0], 'device_id,timestamp,quality,on')
      assert.match(lines[1] ?? '', new RegExp(`^${device_id},\\d{13},good,true$`))
    })
    const requests = [{ path: '/latest?fields=on' }, { path: '/readings?fields=watts' }, { path: '/overview' }]
    const reply = (await (await post('/batch', READ_KEY, { requests })).json()) as { answers: { status: number }[] }
    assert.deepEqual(
      reply.answers.map(({ status }) => status),
      [200, 400, 200],
    )
  })

  it('sends what a client has already no more, and the rest small', async () => {
    const target = `/readings?${ofThePast}&limit=500`
    const whole = await ask(target, { ...READER, 'accept-encoding': 'identity' })
    const small = await ask(target, { ...READER, 'accept-encoding': 'gzip' })
    assert.equal(small.headers.get('content-encoding'), 'gzip')
    assert.ok(Number(small.headers.get('content-length')) < Number(whole.headers.get('content-length')) / 3)
    assert.equal(await small.text(), await whole.text())
    const known = await ask(target, {
      ...READER,
      'accept-encoding': 'gzip',
      'if-none-match': small.headers.get('etag') ?? '',
    })
    assert.deepEqual([known.status, known.headers.get('x-cache'), await known.text()], [304, 'HIT', ''])
  })

  it('switches a plug for who may command, and tells it', async () => {
    const { device_id } = await kettle()
    const target = `/devices/${encodeURIComponent(device_id)}/command`
    assert.equal((await post(target, READ_KEY, { command: 'off' })).status, 403)
    assert.equal(simulator.devices[0]?.on, true)
    const done = await post(target, COMMAND_KEY, { command: 'off' })
    assert.equal(done.status, 200, await done.clone().text())
    assert.equal(simulator.devices[0]?.on, false)
    await soon(async () => assert.equal((await kettle()).reading?.on, false))
    assert.equal((await post(target, COMMAND_KEY, { command: 'brightness', brightness_pct: 5 })).status, 422)
  })

  it('cuts an answer off that a deploy comes into, and answers on', async () => {
    const url = `${nodeRed.url}/served/kasa/readings?${ofThePast}&limit=1000000`
    const request = get(url, { headers: READER, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.pause()
    await nodeRed.deploy(flow(simulator, join(nodeRed.userDir, 'home.sqlite'), { status_ms: 500 }))
    const text = await textOf(response)
    // What ends as it should is all of it.
    if (text !== undefined) assert.equal((JSON.parse(text) as { rows: unknown[] }).rows.length, past.length)
    await kettle()
    assert.ok(nodeRed.alive)
    assert.deepEqual(nodeRed.faults, [])
  })

  it('has everything after a restart', async () => {
    const target = `/readings?${ofThePast}&limit=1000000&order=oldest-first`
    const { rows } = await told<{ rows: HistoryRow[] }>(target)
    assert.equal(rows.length, past.length)
    const { device_id } = await kettle()
    const stored = `/readings?device_id=${device_id}&to=${Date.now()}&from=${Date.now() - DAY}&limit=10000`
    const before = await told<{ rows: HistoryRow[] }>(stored)
    await nodeRed.shutDown()
    await nodeRed.start()
    await kettle()
    assert.deepEqual(await told(target), { rows })
    const after = await told<{ rows: HistoryRow[] }>(stored)
    const times = new Set(after.rows.map(({ timestamp }) => timestamp))
    assert.deepEqual(
      before.rows.filter(({ timestamp }) => !times.has(timestamp)),
      [],
    )
    assert.equal((await ask('/devices', LOGIN)).status, 401)
    assert.deepEqual(nodeRed.faults, [])
  })
})

function flow(simulator: Simulator, file: string, more: object = {}): object[] {
  return [
    { id: 'tab', type: 'tab', label: 'home' },
    fleetNode(simulator, simulator.devices),
    { id: 'database', type: 'kasa-database', file, batch_delay_ms: 20 },
    { ...ON_TAB, id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['write'], []] },
    { ...ON_TAB, id: 'write', type: 'kasa-write', database: 'database', wires: [] },
    {
      ...{ ...ON_TAB, id: 'api', type: 'kasa-api', path: '/kasa', fleet: 'fleet', database: 'database' },
      ...{ commands: 'yes', status_ms: 100, wires: [[]] },
      keys: [
        { slot: 1, name: 'dashboard', right: 'read' },
        { slot: 2, name: 'switches', right: 'command' },
      ],
      credentials: { key_1: READ_KEY, key_2: COMMAND_KEY },
      ...more,
    },
  ]
}

/** Undefined where it was cut off. */
async function textOf(response: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of response) pieces.push(piece as Buffer)
  } catch {
    return undefined
  }
  return response.complete ? Buffer.concat(pieces).toString() : undefined
}
