import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { soon } from '../../support/soon'
import { LiveStage, type SocketClient } from './live-stage'

describe('Live messages over WebSocket', () => {
  let stage: LiveStage
  beforeEach(() => {
    stage = new LiveStage()
    return stage.start()
  })
  afterEach(() => stage.stop())

  const welcomed = async (target?: string): Promise<SocketClient> => {
    const client = await stage.socket(target)
    assert.equal((await client.told.next()).type, 'hello')
    return client
  }

  it('take another filter in a message, and begin anew with what is there by that', async () => {
    stage.read({ device_id: 'plug-1' })
    stage.read({ device_id: 'plug-2' })
    const { socket, told } = await welcomed('/live?device_id=plug-1')
    socket.send(JSON.stringify({ type: 'filter', device_id: ['plug-2'], events: ['readings'] }))
    const { type, reason, readings } = await told.next()
    assert.deepEqual({ type, reason }, { type: 'hello', reason: 'filter' })
    assert.deepEqual(
      readings?.map(({ device_id }) => device_id),
      ['plug-2'],
    )
    stage.read({ device_id: 'plug-1' })
    stage.read({ device_id: 'plug-2', power_w: 9 })
    stage.clock.advance(100)
    assert.deepEqual(
      (await told.next()).readings?.map(({ power_w }) => power_w),
      [9],
    )
  })

  for (const [title, message, expected] of [
    ['no JSON', 'hello?', /message: .*hello\?.* JSON/],
    ['no filter', '{"type":"other"}', /type: "other"/],
    ['no object', '[]', /message: \[\]/],
    ['an unknown member', '{"type":"filter","device":"x"}', /message: "device" is not allowed/],
    ['an unknown field', '{"type":"filter","fields":["secret"]}', /fields.0: "secret" .*one of .*power_w/],
    ['a wrong type', '{"type":"filter","device_id":"x"}', /device_id: "x"/],
    ['too many devices', JSON.stringify({ type: 'filter', device_id: Array(101).fill('x') }), /device_id/],
  ] as const) {
    it(`say what is wrong with ${title}, and go on as before`, async () => {
      const { socket, told } = await welcomed()
      socket.send(message)
      const { type, problem } = await told.next()
      assert.equal(type, 'error')
      assert.equal(problem?.code, 'INPUT_INVALID')
      assert.match(problem?.detail ?? '', expected)
      stage.read({})
      stage.clock.advance(100)
      assert.equal((await told.next()).type, 'readings')
    })
  }

  it('say that bytes are no text', async () => {
    const { socket, told } = await welcomed()
    socket.send(Buffer.from('{"type":"filter"}'))
    assert.match((await told.next()).problem?.detail ?? '', /expected text/)
  })

  it('end with a message that is too large', async () => {
    const { socket, closed } = await welcomed()
    socket.send('x'.repeat(40_000))
    assert.equal((await closed).code, 1009)
    await soon(() => assert.equal(stage.live.statistics().websocket_clients, 0))
  })

  it('end with more than 60 messages in a minute', async () => {
    const { socket, closed } = await welcomed()
    for (let message = 0; message < 61; message++) socket.send('{"type":"filter"}')
    const { code, reason } = await closed
    assert.equal(code, 1008)
    assert.match(reason, /60 messages in a minute/)
  })

  it('answer pings', async () => {
    const { socket } = await welcomed()
    const answered = once(socket, 'pong')
    socket.ping('are you there?')
    const [data] = (await answered) as [Buffer]
    assert.equal(data.toString(), 'are you there?')
  })

  it('end with as many pings', async () => {
    const { socket, closed } = await welcomed()
    for (let ping = 0; ping < 61; ping++) socket.ping()
    assert.equal((await closed).code, 1008)
  })

  it('are not compressed, whatever a client offers', async () => {
    const { socket } = await welcomed()
    assert.equal(socket.extensions, '')
  })

  it('end for a client that answers no ping, and for no other', async () => {
    const mute = await rawSocket(stage.api.port)
    const { socket, told } = await welcomed()
    assert.equal(stage.live.statistics().websocket_clients, 2)
    const ended = once(mute, 'close')
    const pinged = once(socket, 'ping')
    stage.clock.advance(30_000)
    await pinged
    // What comes after its answer has come.
    socket.send('{"type":"filter"}')
    await told.next()
    stage.clock.advance(30_000)
    stage.clock.advance(2000)
    await ended
    const { websocket_clients, dropped_clients } = stage.live.statistics()
    assert.deepEqual({ websocket_clients, dropped_clients }, { websocket_clients: 1, dropped_clients: 1 })
    stage.read({})
    stage.clock.advance(100)
    assert.equal((await told.next()).type, 'readings')
  })

  it('end with 1012 when the API stops, once, and leave nothing', async () => {
    const timers = stage.clock.pending
    const { closed } = await welcomed()
    stage.read({})
    stage.api.api.stop()
    stage.api.api.stop()
    const { code, reason } = await closed
    assert.equal(code, 1012)
    assert.match(reason, /starts anew/)
    await soon(() => assert.equal(stage.clock.pending, timers))
    assert.equal(stage.listeners.size, 0)
    assert.equal((await stage.refused('/live')).status, 503)
  })

  it('answer whoever speaks no WebSocket with what to do', async () => {
    const { status, headers, body } = await stage.api.ask('/live')
    assert.equal(status, 426)
    assert.equal(headers.upgrade, 'websocket')
    assert.match(body, /live\/events/)
    assert.equal((await stage.api.ask('/live', {}, 'HEAD')).status, 426)
  })

  for (const [title, target, status, expected] of [
    ['another path', '/live/other', 404, /at \/live/],
    ['an unknown parameter', '/live?device=x', 400, /only the parameters device_id, /],
    ['an unknown field', '/live?fields=secret', 400, /fields/],
    ['a question mark in the place of a parameter', '/live?events=readings?x', 400, /events/],
    ['a ticket that nobody has issued', '/live?ticket=x', 401, /ticket/],
  ] as const) {
    it(`are refused for ${title}`, async () => {
      const refused = await stage.refused(target)
      assert.equal(refused.status, status)
      assert.match(refused.detail, expected)
      assert.equal(stage.live.statistics().websocket_clients, 0)
    })
  }
})

/** A WebSocket whose client answers nothing. */
async function rawSocket(port: number) {
  const socket = connect(port, '127.0.0.1')
  const lines = ['GET /live HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket']
  const key = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`]
  socket.write(`${[...lines, ...key].join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  socket.on('error', () => undefined)
  return socket
}
