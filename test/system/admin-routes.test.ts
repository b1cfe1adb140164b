import { after, before, describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '../support/node-red'
import { forEachNodeRedProcess, NodeRedProcess } from '../support/node-red-process'

const PATIENCE_MS = 60_000

/** A login by token, and a list of every route that anybody registers. */
const SETTINGS = `
  adminAuth: {
    type: 'credentials',
    users: [],
    tokens: async (token) => {
      if (token === 'reader') return { username: 'reader', permissions: 'read' }
      return token === 'writer' ? { username: 'writer', permissions: '*' } : null
    },
  },
  httpAdminMiddleware: (() => {
    const { Route } = require(require.resolve('express', { paths: [process.argv[1]] }))
    const routes = []
    for (const method of ['all', 'get', 'post', 'put', 'patch', 'delete']) {
      const register = Route.prototype[method]
      Route.prototype[method] = function (...handlers) {
        routes.push([method, String(this.path)])
        return register.apply(this, handlers)
      }
    }
    return (request, response, next) => (request.path === '/test-routes' ? response.json(routes) : next())
  })(),
`

describe('the admin routes of this pack', () => {
  if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
    it.skip('not run: `npm run build` makes the folder dist, which is what gets loaded')
    return
  }

  forEachNodeRedProcess('with a login', (version) => {
    let nodeRed: NodeRedProcess
    let routes: [method: string, path: string][]

    before(async function () {
      this.timeout(PATIENCE_MS)
      nodeRed = new NodeRedProcess(version, { packs: [PROJECT], settings: SETTINGS })
      await nodeRed.start()
      const all = (await (await fetch(`${nodeRed.url}/test-routes`)).json()) as typeof routes
      routes = all.filter(([, path]) => path.includes('kasa'))
    })

    after(() => nodeRed?.stop())

    const ask = (method: string, path: string, token?: string) =>
      fetch(`${nodeRed.url}${path.replace(':id', 'fleet')}`, {
        method: method.toUpperCase(),
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        ...(method === 'get' ? {} : { body: '{}' }),
      })

    it('are there, each once', () => {
      assert.deepEqual(routes.map((route) => route.join(' ')).sort(), [
        'get /kasa-monitor/alerts/tables',
        'get /kasa-monitor/fleets/:id/devices',
        'get /kasa-monitor/homeassistant/rates',
        'get /kasa-monitor/retention/tables',
        'post /kasa-monitor/alerts/check',
        'post /kasa-monitor/brokers/check',
        'post /kasa-monitor/caches/check',
        'post /kasa-monitor/databases/check',
        'post /kasa-monitor/databases/create',
        'post /kasa-monitor/discover',
        'post /kasa-monitor/retention/check',
        'post /kasa-monitor/retention/dry-run',
        'post /kasa-monitor/tariffs/check',
      ])
    })

    it('answer nobody who is not logged in', async () => {
      for (const [method, path] of routes) {
        assert.equal((await ask(method, path)).status, 401, path)
        assert.equal((await ask(method, path, 'forged')).status, 401, path)
      }
    })

    it('let those who may only read see devices, rules and rates, look for none, and ask no server', async () => {
      assert.equal((await ask('get', '/kasa-monitor/fleets/:id/devices', 'reader')).status, 200)
      assert.equal((await ask('get', '/kasa-monitor/alerts/tables', 'reader')).status, 200)
      assert.equal((await ask('get', '/kasa-monitor/homeassistant/rates', 'reader')).status, 200)
      assert.equal((await ask('get', '/kasa-monitor/retention/tables', 'reader')).status, 200)
      const checks = ['databases/check', 'databases/create', 'caches/check', 'alerts/check', 'brokers/check']
      for (const path of ['discover', ...checks, 'retention/check', 'retention/dry-run', 'tariffs/check']) {
        assert.equal((await ask('post', `/kasa-monitor/${path}`, 'reader')).status, 401)
        assert.equal((await ask('post', `/kasa-monitor/${path}`, 'writer')).status, 400)
      }
    })
  })
})
