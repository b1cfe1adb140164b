import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../../../src/domain/clock'
import { HttpConnection } from '../../../../src/integrations/kasa/transports/http-connection'
import { Network } from '../../../../src/integrations/kasa/transports/network'
import { FakeClock } from '../../../support/fake-clock'
import { TEST_TIMEOUTS } from '../../../support/kasa'

const reply = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('a kept HTTP connection', () => {
  let server: Server
  let network: Network
  let connection: HttpConnection
  let sockets: Socket[]
  let received: string[]
  /** What the server does with a whole request, the `count`th of its connection, from 1. */
  let answer: (socket: Socket, count: number) => void

  beforeEach(async () => {
    sockets = []
    received = []
    answer = (socket, count) => socket.write(reply(`reply ${count}`))
    server = createServer((socket) => {
      let text = ''
      let count = 0
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        if (!text.endsWith('BODY')) return
        received.push(text)
        text = ''
        answer(socket, ++count)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    network = new Network(systemClock, TEST_TIMEOUTS)
    connection = new HttpConnection(network, '127.0.0.1', port(), false)
  })

  afterEach(() => {
    connection.close()
    network.stop()
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  const port = () => (server.address() as AddressInfo).port

  /** The body of the reply, or the code of the error. */
  function post(repeatable = false): Promise<string> {
    return new Promise((resolve) => {
      const done = (error: { code: string } | undefined, got: { body: Buffer } | undefined) =>
        resolve(error?.code ?? String(got?.body))
      connection.post('/app/request?seq=-1', 'X-Exact-CASE: 1\r\n', Buffer.from('BODY'), done, repeatable)
    })
  }

  it('carries one request after another', async () => {
    for (const expected of ['reply 1', 'reply 2', 'reply 3']) assert.equal(await post(), expected)
    assert.equal(sockets.length, 1)
  })

  it('keeps the case of header names, and says the length exactly', async () => {
    await post()
    const lines = [
      'POST /app/request?seq=-1 HTTP/1.1',
      `Host: 127.0.0.1:${port()}`,
      'X-Exact-CASE: 1',
      'Content-Length: 4',
      'Connection: keep-alive',
    ]
    assert.equal(received[0], `${lines.join('\r\n')}\r\n\r\nBODY`)
  })

  it('calls back later, never from inside the call', async () => {
    for (let count = 0; count < 2; count++) {
      let isInside = true
      const called = new Promise<boolean>((resolve) => {
        connection.post('/', '', Buffer.from('BODY'), () => resolve(isInside))
      })
      isInside = false
      assert.equal(await called, false)
    }
  })

  it('refuses a second request while one is under way', () => {
    void post()
    assert.throws(() => connection.post('/', '', Buffer.alloc(0), () => undefined), { code: 'INTERNAL' })
  })

  it('is closed where the device says that it will close it', async () => {
    answer = (socket, count) => socket.write(reply(`reply ${count}`, 'Connection: close\r\n'))
    assert.equal(await post(), 'reply 1')
    assert.equal(connection.connected, false)
    assert.equal(await post(), 'reply 1')
    assert.equal(sockets.length, 2)
  })

  it('takes a reply that ends with the connection', async () => {
    answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nthe rest')
    assert.equal(await post(), 'the rest')
  })

  it('is opened again where the device has closed it between two requests', async () => {
    await post()
    const [first] = sockets
    assert.ok(first)
    first.end()
    await once(first, 'close')
    assert.equal(await post(), 'reply 1')
  })

  describe('that turns out dead with the next request', () => {
    beforeEach(() => {
      answer = (socket, count) => {
        if (count === 1) socket.write(reply('first'))
        else socket.destroy()
      }
    })

    it('is opened again, and the request sent again, where twice does no harm', async () => {
      assert.equal(await post(true), 'first')
      assert.equal(await post(true), 'first')
      assert.equal(received.length, 3)
    })

    it('is an error where twice would be too often', async () => {
      assert.equal(await post(), 'first')
      assert.equal(await post(), 'CONNECTION_LOST')
      assert.equal(received.length, 2)
    })

    it('is no longer kept after a few times, and tried again later', async () => {
      for (let count = 0; count < 4; count++) await post(true)
      received = []
      for (let count = 0; count < 40; count++) assert.equal(await post(), 'first')
      assert.equal(received.length, 40)
      answer = (socket) => socket.write(reply('well'))
      for (let count = 0; count < 20; count++) await post()
      sockets = []
      for (let count = 0; count < 5; count++) assert.equal(await post(), 'well')
      assert.equal(sockets.length, 0)
    })
  })

  const FAULTS: readonly [what: string, answer: (socket: Socket) => void, code: string][] = [
    ['closes before its reply', (socket) => socket.end(), 'CONNECTION_LOST'],
    ['resets before its reply', (socket) => socket.resetAndDestroy(), 'CONNECTION_LOST'],
    [
      'closes amid its reply',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      'REPLY_CUT_SHORT',
    ],
    ['closes amid its headers', (socket) => socket.end('HTTP/1.1 200'), 'REPLY_CUT_SHORT'],
    ['speaks no HTTP', (socket) => socket.write(Buffer.from([0, 0, 0, 9])), 'REPLY_INVALID'],
    [
      'promises too much',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n'),
      'REPLY_TOO_LARGE',
    ],
    ['floods', (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2 ** 19)}`), 'REPLY_TOO_LARGE'],
    [
      'never ends its headers',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5000)}`),
      'REPLY_TOO_LARGE',
    ],
  ]
  for (const [what, fault, code] of FAULTS) {
    it(`says ${code} of a device that ${what}, and reads it again once it is well`, async () => {
      const well = answer
      await post()
      answer = fault
      assert.equal(await post(), code)
      answer = well
      assert.equal(await post(), 'reply 1')
    })
  }

  it('is closed where the device speaks unasked', async () => {
    await post()
    const [first] = sockets
    first?.write(reply('unasked'))
    await once(first as Socket, 'close')
    assert.equal(await post(), 'reply 1')
    assert.equal(sockets.length, 2)
  })

  it('says CONNECT_FAILED where nobody listens', async () => {
    server.close()
    await once(server, 'close')
    assert.equal(await post(true), 'CONNECT_FAILED')
  })

  it('says CONNECT_TIMEOUT where no connection comes about in time', async () => {
    const clock = new FakeClock()
    connection.close()
    const slow = new Network(clock, TEST_TIMEOUTS)
    connection = new HttpConnection(slow, '127.0.0.1', port(), false)
    const outcome = post(true)
    clock.advance(TEST_TIMEOUTS.connect_ms)
    assert.equal(await outcome, 'CONNECT_TIMEOUT')
    assert.equal(clock.pending, 0)
  })

  it('says nothing more once it is closed, and leaves nothing behind', async () => {
    const clock = new FakeClock()
    connection = new HttpConnection(new Network(clock, TEST_TIMEOUTS), '127.0.0.1', port(), false)
    let calls = 0
    connection.post('/', '', Buffer.from('BODY'), () => calls++)
    connection.close()
    connection.close()
    clock.advance(60_000)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(calls, 0)
    assert.equal(connection.connected, false)
  })
})
