import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { PROJECT } from '../support/node-red'
import { forEachNodeRedProcess, NodeRedProcess } from '../support/node-red-process'

const PATIENCE_MS = 60_000
const KEY = 'a-key-of-some-length'
const PASSWORD = 'behind a login'

const SETTINGS = `
  httpNodeRoot: '/red',
  httpNodeAuth: { user: 'somebody', pass: '${createHash('md5').update(PASSWORD).digest('hex')}' },
  httpNodeMiddleware: (request, response, next) => {
    response.setHeader('X-Passed', 'middleware')
    next()
  },
`
const LOGIN = { authorization: `Basic ${Buffer.from(`somebody:${PASSWORD}`).toString('base64')}` }

describe('The API in a Node-RED', () => {
  if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
    it.skip('not run: `npm run build` makes the folder dist, which is what gets loaded')
    return
  }

  forEachNodeRedProcess('with a login and a root of its own', (version) => {
    let nodeRed: NodeRedProcess
    const ask = (path: string, headers: Record<string, string> = {}, given: RequestInit = {}) =>
      fetch(`${nodeRed.url}${path}`, { ...given, headers })

    before(async function () {
      this.timeout(PATIENCE_MS)
      nodeRed = new NodeRedProcess(version, { packs: [PROJECT], settings: SETTINGS })
      await nodeRed.start()
      const api = { type: 'kasa-api', z: 'tab', x: 1, y: 1, wires: [[]] }
      const keys = [{ slot: 1, name: 'dashboard', right: 'read' }]
      await nodeRed.deploy([
        { id: 'tab', type: 'tab', label: 'test' },
        { id: 'open', ...api, path: '/open' },
        { id: 'keyed', ...api, path: '/keyed', keys, credentials: { key_1: KEY } },
      ])
    })
    after(() => nodeRed?.stop())

    it('is behind the login, and goes through the middleware', async () => {
      assert.equal((await ask('/red/open/devices')).status, 401)
      assert.equal((await ask('/red/open/devices', { 'x-api-key': KEY })).status, 401)
      const reply = await ask('/red/open/devices', LOGIN)
      assert.equal(reply.status, 200)
      assert.equal(reply.headers.get('x-passed'), 'middleware')
      assert.deepEqual(await reply.json(), { devices: [] })
      assert.equal((await ask('/open/devices', LOGIN)).status, 404)
    })

    it('asks for its key as well', async () => {
      assert.equal((await ask('/red/keyed/devices', LOGIN)).status, 401)
      const reply = await ask('/red/keyed/devices', { ...LOGIN, 'x-api-key': KEY })
      assert.equal(reply.status, 200)
      const described = (await (await ask('/red/keyed/openapi.json', { ...LOGIN, 'x-api-key': KEY })).json()) as {
        servers: { url: string }[]
      }
      assert.equal(described.servers[0]?.url, '/red/keyed')
    })

    it('takes a batch, although the editor has a parser of its own', async () => {
      const body = JSON.stringify({ requests: [{ path: '/devices' }, { path: '/nothing' }] })
      const headers = { ...LOGIN, 'content-type': 'application/json' }
      const reply = await ask('/red/open/batch', headers, { method: 'POST', body })
      const { answers } = (await reply.json()) as { answers: { status: number }[] }
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 404],
      )
    })

    it('lets no other page read it, nor change anything, whatever the editor says', async () => {
      const origin = { origin: 'https://evil.example' }
      const reply = await ask('/red/open/devices', { ...LOGIN, ...origin })
      assert.equal(reply.headers.get('access-control-allow-origin'), null)
      const headers = { ...LOGIN, ...origin, 'content-type': 'application/json' }
      assert.equal((await ask('/red/open/batch', headers, { method: 'POST', body: '{}' })).status, 403)
    })

    it('lets nothing of it be seen in the log', () => {
      assert.deepEqual(nodeRed.faults, [])
      for (const secret of [KEY, PASSWORD]) assert.ok(!nodeRed.log.includes(secret))
    })
  })
})
