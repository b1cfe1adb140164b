import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { NodeAPI } from 'node-red'
import { httpMount, type Endpoint } from '../../../nodes/shared/http-mount'
import { MonitorError } from '../../../src/domain/errors'

type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

describe('What is served on Node-RED’s own server', () => {
  let server: Server
  let used: Handler[]

  /** What the mount needs of a Node-RED. */
  const nodeRed = (settings: object = {}): NodeAPI => {
    used = []
    const httpNode = { use: (handler: Handler) => used.push(handler) }
    return { httpNode, server, settings: { httpNodeRoot: '/', ...settings } } as unknown as NodeAPI
  }
  const named = (name: string): Endpoint => ({
    handle: (_request, response, target) => void response.end(`${name} ${target}`),
  })
  const ask = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)).text()

  beforeEach(async () => {
    server = createServer((request, response) => {
      const [handler] = used
      handler?.(request, response, (error) => void response.end(error ? `error ${String(error)}` : 'others'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is one handler, however many ask for it and come and go', async () => {
    const RED = nodeRed()
    const mount = httpMount(RED)
    assert.equal(httpMount({ ...RED }), mount)
    const remove = mount.add('/kasa', named('first'))
    assert.equal(await ask('/kasa/devices?x=/kasa'), 'first /devices?x=/kasa')
    remove()
    remove()
    assert.equal(await ask('/kasa/devices'), 'others')
    mount.add('/kasa', named('second'))
    remove()
    assert.equal(await ask('/kasa'), 'second /')
    assert.equal(await ask('/kasa?a'), 'second /?a')
    assert.equal(used.length, 1)
  })

  it('is found by the longest path that fits, and only below it', async () => {
    const mount = httpMount(nodeRed())
    mount.add('/kasa', named('api'))
    mount.add('/kasa/metrics', named('metrics'))
    assert.equal(await ask('/kasa/metrics'), 'metrics /')
    assert.equal(await ask('/kasa/metric'), 'api /metric')
    assert.equal(await ask('/kasa2/x'), 'others')
    assert.equal(await ask('/other/kasa'), 'others')
  })

  it('goes through all the middleware of the settings, in order', async () => {
    const add = (text: string) => (request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      request.headers.passed = `${String(request.headers.passed ?? '')}${text}`
      next()
    }
    const mount = httpMount(nodeRed({ httpNodeMiddleware: [add('a'), [add('b')]] }))
    mount.add('/kasa', { handle: ({ headers }, response) => void response.end(String(headers.passed)) })
    assert.equal(await ask('/kasa'), 'ab')
    assert.equal(await ask('/elsewhere'), 'others')
  })

  it('is not reached where that middleware answers by itself, fails, or rejects', async () => {
    let middleware: Handler = (_request, response) => void response.end('not today')
    const mount = httpMount(nodeRed({ httpNodeMiddleware: ((...given) => middleware(...given)) as Handler }))
    mount.add('/kasa', named('api'))
    assert.equal(await ask('/kasa'), 'not today')
    middleware = (_request, _response, next) => next('refused')
    assert.equal(await ask('/kasa'), 'error refused')
    middleware = (() => Promise.reject(new Error('broken'))) as unknown as Handler
    assert.equal(await ask('/kasa'), 'error Error: broken')
  })

  it('gets the upgrades below its path and the root of Node-RED, and no others', async () => {
    const before = server.listenerCount('upgrade')
    const mount = httpMount(nodeRed({ httpNodeRoot: '/red/' }))
    const upgrades = new EventEmitter()
    const remove = mount.add('/kasa', {
      ...named('api'),
      upgrade: (_request, socket, _head, target) => {
        socket.destroy()
        upgrades.emit('told', target)
      },
    })
    const others: string[] = []
    server.on('upgrade', ({ url = '' }: IncomingMessage) => others.push(url))
    const upgrade = (path: string) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
      return socket
    }
    const elsewhere = upgrade('/kasa/live')
    const told = once(upgrades, 'told')
    upgrade('/red/kasa/live?device_id=a')
    assert.deepEqual(await told, ['/live?device_id=a'])
    assert.equal(elsewhere.destroyed, false)
    elsewhere.destroy()
    remove()
    assert.equal(server.listenerCount('upgrade'), before + 1)
  })

  for (const path of ['', '/', 'kasa', '/kasa/', '/a//b', '/a b', '/ä', '/a?b', '/../x y', `/${'x'.repeat(200)}`]) {
    it(`is not put at '${path.slice(0, 20)}', which is no path`, () => {
      const mount = httpMount(nodeRed())
      assert.throws(() => mount.add(path, named('x')), /path/)
    })
  }

  it('is refused where another has the path, or Node-RED serves nothing', () => {
    const mount = httpMount(nodeRed())
    mount.add('/kasa', named('first'))
    const isInvalid = (error: unknown) => error instanceof MonitorError && error.code === 'CONFIG_INVALID'
    assert.throws(() => mount.add('/kasa', named('second')), isInvalid)
    assert.throws(() => httpMount(nodeRed({ httpNodeRoot: false })).add('/kasa', named('x')), isInvalid)
  })
})
