import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { afterEach, describe, it } from 'mocha'
import type { ApiOptions } from '../../src/serving/api-options'
import type { Live } from '../../src/serving/live/live'
import type { Caller } from '../../src/serving/protection/caller'
import { ApiServer, KEYS, READ_KEY } from '../support/api-server'

/** Takes every upgrade, and remembers it. */
class TakesAll implements Live {
  readonly routes = []
  readonly taken: (readonly [target: string, Caller | undefined])[] = []
  start(): void {}
  stop(): void {}
  upgrade(_request: IncomingMessage, socket: Duplex, _head: Buffer, target: string, caller: Caller | undefined): void {
    this.taken.push([target, caller])
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  }
  statistics() {
    return { websocket_clients: 0, event_clients: 0, messages: 0, frames: 0, dropped_clients: 0 }
  }
}

describe('An upgrade of the API', () => {
  let server: ApiServer
  let live: TakesAll
  const start = async (options: Partial<ApiOptions> = {}) => {
    live = new TakesAll()
    server = await ApiServer.start({ routes: [], live, options })
  }
  afterEach(() => server.stop())

  const upgrade = async (headers: Record<string, string> = {}): Promise<number> => {
    const asked = request({
      ...{ host: '127.0.0.1', port: server.port, path: '/live?device_id=a', agent: false },
      headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
    })
    asked.end()
    const status = new Promise<number>((resolve) => {
      asked.on('upgrade', ({ statusCode = 0 }: IncomingMessage) => resolve(statusCode))
      asked.on('response', (reply: IncomingMessage) => {
        assert.equal(reply.headers['content-type'], 'application/problem+json')
        reply.resume()
        resolve(reply.statusCode ?? 0)
      })
    })
    const answered = await status
    if (!asked.destroyed) await once(asked, 'close')
    return answered
  }

  it('is handed on with whoever asks, where nobody needs a key', async () => {
    await start()
    assert.equal(await upgrade(), 101)
    const [[target, caller] = []] = live.taken
    assert.deepEqual([target, caller?.right], ['/live?device_id=a', 'read'])
  })

  it('is handed on without anybody where it needs a key, or a login, and has none', async () => {
    await start({ keys: KEYS })
    await upgrade()
    await upgrade({ 'x-api-key': READ_KEY })
    assert.deepEqual(
      live.taken.map(([, caller]) => caller?.key),
      [undefined, 'dashboard'],
    )
    await server.stop()
    await start({ is_behind_login: true })
    await upgrade()
    assert.equal(live.taken[0]?.[1], undefined)
  })

  it('is refused with a wrong key, from a page of another site, and too often', async () => {
    await start({ keys: KEYS, requests_per_min: 3 })
    assert.equal(await upgrade({ 'x-api-key': 'wrong' }), 401)
    assert.equal(await upgrade({ origin: 'https://evil.example' }), 403)
    const host = `127.0.0.1:${server.port}`
    assert.equal(await upgrade({ origin: `http://${host}`, host }), 101)
    await upgrade()
    assert.equal(await upgrade(), 429)
    assert.equal(live.taken.length, 2)
  })

  it('is refused when the API is stopped', async () => {
    await start()
    server.api.stop()
    assert.equal(await upgrade(), 503)
  })
})
