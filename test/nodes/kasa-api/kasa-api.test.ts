import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { beforeEach, it } from 'mocha'
import type { Reading } from '../../../src/domain/reading'
import { inEachNodeRed, type FlowNode, type Message } from '../../support/node-red'
import { assertNothingLeft, resources } from '../../support/resources'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const READ_KEY = 'read-key-of-16-letters'
const COMMAND_KEY = 'command-key-of-16-letters'
const KEYS = [
  { slot: 2, name: 'dashboard', right: 'read' },
  { slot: 5, name: 'switches', right: 'command' },
]
const CREDENTIALS = { api: { key_2: READ_KEY, key_5: COMMAND_KEY } }

const api = (more: object = {}): FlowNode => ({
  id: 'api',
  type: 'kasa-api',
  path: '/kasa',
  wires: [['done']],
  ...more,
})

inEachNodeRed('kasa-api', (nodeRed) => {
  const simulator = simulatorFor((home) => home.addPlug({ model: 'HS110(EU)', alias: 'kettle' }))

  // Otherwise Node-RED would add the keys of one test to those of the one before.
  beforeEach(() => nodeRed().deploy([]))

  const ask = (target: string, given: RequestInit = {}) => fetch(`${nodeRed().url}/kasa${target}`, given)
  const deploy = (more: object = {}, credentials: Record<string, Record<string, string>> = {}) =>
    nodeRed().deploy([fleetNode(simulator(), simulator().devices), api({ fleet: 'fleet', ...more })], credentials)
  /** Asks until the fleet has met its device. */
  const kettle = async (headers: Record<string, string> = {}): Promise<string> => {
    for (;;) {
      const { devices } = (await (await ask('/devices', { headers })).json()) as {
        devices: { device_id?: string; reading?: object }[]
      }
      const [device] = devices
      if (device?.device_id !== undefined && device.reading) return device.device_id
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  it('answers below its path, and leaves other paths alone', async () => {
    await deploy({ status_ms: 100 })
    const device_id = await kettle()
    const reply = await ask(`/devices/${device_id}`)
    assert.equal(reply.status, 200)
    const { device, reading } = (await reply.json()) as { device: { alias: string }; reading: Reading }
    assert.equal(device.alias, 'kettle')
    assert.equal(reading.device_id, device_id)
    assert.equal((await fetch(`${nodeRed().url}/kasahome/devices`)).status, 404)
    assert.match((await fetch(`${nodeRed().url}/kasahome/devices`)).headers.get('content-type') ?? '', /html/)
    assert.deepEqual(nodeRed().errors, [])
  })

  it('describes itself below the path that it has', async () => {
    await deploy()
    const description = (await (await ask('/openapi.json')).json()) as { servers: { url: string }[] }
    assert.equal(description.servers[0]?.url, '/kasa')
  })

  it('answers at its new path after a deploy, at the old one no longer', async () => {
    await deploy()
    assert.equal((await ask('/devices')).status, 200)
    await deploy({ path: '/other' })
    assert.match((await ask('/devices')).headers.get('content-type') ?? '', /html/)
    assert.equal((await fetch(`${nodeRed().url}/other/devices`)).status, 200)
    await nodeRed().deploy([])
    assert.match((await fetch(`${nodeRed().url}/other/devices`)).headers.get('content-type') ?? '', /html/)
  })

  it('asks for a key where there are some, and lets a key do what it may', async () => {
    await deploy({ keys: KEYS, commands: 'yes', status_ms: 100 }, CREDENTIALS)
    const by = (key: string) => ({ headers: { 'x-api-key': key, 'content-type': 'application/json' } })
    assert.equal((await ask('/devices')).status, 401)
    assert.equal((await ask('/devices', by('something-else-entirely'))).status, 401)
    assert.equal((await ask('/devices', { headers: { authorization: `Bearer ${READ_KEY}` } })).status, 200)
    const device_id = await kettle({ 'x-api-key': READ_KEY })
    const command = { method: 'POST', body: JSON.stringify({ command: 'off' }) }
    assert.equal((await ask(`/devices/${device_id}/command`, { ...command, ...by(READ_KEY) })).status, 403)
    const done = await ask(`/devices/${device_id}/command`, { ...command, ...by(COMMAND_KEY) })
    assert.equal(done.status, 200, await done.clone().text())
    assert.equal(simulator().devices[0]?.on, false)
    const { payload, topic } = (await nodeRed().receive('done')) as Message & { payload: Record<string, unknown> }
    assert.equal(topic, device_id)
    assert.deepEqual(payload.command, { name: 'off' })
    assert.equal(payload.key, 'switches')
    assert.equal((payload.confirmed as Reading).on, false)
  })

  for (const [title, more, credentials, field] of [
    ['commands that nobody may send', { commands: 'yes' }, {}, /commands: /],
    ['a key that is too short', { keys: KEYS }, { api: { key_2: 'short', key_5: COMMAND_KEY } }, /key 'dashboard'/],
    ['a key that is not there', { keys: KEYS }, { api: { key_2: READ_KEY } }, /key 'switches'/],
    ['two keys of one name', { keys: [KEYS[0], { ...KEYS[1], name: 'dashboard' }] }, CREDENTIALS, /keys: /],
    ['a path that is none', { path: 'kasa/' }, {}, /path: /],
    ['a page that is no origin', { origins: 'https://home.example/page' }, {}, /origins: /],
  ] as const) {
    it(`does not start with ${title}, and says so`, async () => {
      await deploy(more, credentials)
      assert.match(nodeRed().errors.join(), field)
      assert.doesNotMatch(nodeRed().errors.join(), /short,|16-letters/)
      assert.match((await ask('/devices')).headers.get('content-type') ?? '', /html/)
    })
  }

  it('does not take the path of another', async () => {
    await nodeRed().deploy([api(), api({ id: 'second' })])
    assert.match(nodeRed().errors.join(), /path: .*no other node serves/)
    assert.equal((await ask('/devices')).status, 200)
  })

  it('leaves nothing behind when it is deployed again and again, even in the middle of answers', async () => {
    const flow = [api({ cache: 'store' }), { id: 'store', type: 'kasa-cache-store' }, api({ id: 'own', path: '/own' })]
    const redeploy = async () => {
      await nodeRed().deploy(flow)
      const asked = ['/kasa/devices', '/kasa/status', '/own/overview', '/own/metrics', '/own/live/events']
      const leaving = new AbortController()
      const replies = asked.map((path) => fetch(`${nodeRed().url}${path}`, { signal: leaving.signal }))
      await replies[0]
      await nodeRed().deploy([])
      leaving.abort()
      await Promise.allSettled(replies)
    }
    await redeploy()
    const before = resources()
    const upgrades = nodeRed().listeners('upgrade')
    for (let count = 0; count < 4; count++) await redeploy()
    await assertNothingLeft(before)
    assert.equal(nodeRed().listeners('upgrade'), upgrades)
    assert.deepEqual(nodeRed().errors, [])
  })

  it('leaves the sockets of other paths to others', async () => {
    await deploy()
    const socket = connect(Number(new URL(nodeRed().url).port), '127.0.0.1')
    socket.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const own = connect(Number(new URL(nodeRed().url).port), '127.0.0.1')
    own.write('GET /kasa/nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await once(own, 'data')
    assert.equal(socket.bytesRead, 0)
    assert.equal(socket.readyState, 'open')
    socket.destroy()
    own.destroy()
  })
})
