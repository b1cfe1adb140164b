import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { soon } from '../../support/soon'
import { LiveStage } from './live-stage'

describe('Live messages as server-sent events', () => {
  let stage: LiveStage
  beforeEach(() => {
    stage = new LiveStage()
    return stage.start()
  })
  afterEach(() => stage.stop())

  it('have names, numbers that rise, and a time after which to come back', async () => {
    const { response, told, text } = await stage.events()
    assert.equal(response.statusCode, 200)
    assert.match(response.headers['content-type'] ?? '', /^text\/event-stream/)
    assert.match(response.headers['cache-control'] ?? '', /no-store/)
    await told.next()
    stage.read({})
    stage.clock.advance(100)
    await told.next()
    assert.match(text(), /^retry: 2000\nid: (\d+)\nevent: hello\ndata: \{"type":"hello"/)
    assert.match(text(), /\n\nid: \d+\nevent: readings\ndata: \{"type":"readings"/)
    const [first = 0, second = 0] = [...text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
    assert.ok(second > first)
  })

  it('begin anew for whoever was connected before, and say so', async () => {
    stage.read({ power_w: 4 })
    const { told } = await stage.events('/live/events', { 'last-event-id': '7' })
    const { type, reason, readings } = await told.next()
    assert.deepEqual({ type, reason }, { type: 'hello', reason: 'resumed' })
    assert.equal(readings?.[0]?.power_w, 4)
  })

  it('say something now and then while there is nothing to say', async () => {
    const { told, text } = await stage.events()
    await told.next()
    stage.clock.advance(30_000)
    await soon(() => assert.match(text(), /\n\n:\n\n$/))
  })

  it('say what is wrong before they begin', async () => {
    const { status, headers, body } = await stage.api.ask('/live/events?severity=worst')
    assert.equal(status, 400)
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.match(body, /severity: .*one of info, warning, critical/)
  })

  it('are told to nobody who asks for the head alone', async () => {
    const { status, body } = await stage.api.ask('/live/events', {}, 'HEAD')
    assert.deepEqual({ status, body }, { status: 200, body: '' })
    assert.equal(stage.live.statistics().event_clients, 0)
  })

  it('forget whoever goes away', async () => {
    const { response, told } = await stage.events()
    await told.next()
    assert.equal(stage.live.statistics().event_clients, 1)
    response.destroy()
    await soon(() => assert.equal(stage.live.statistics().event_clients, 0))
    assert.equal(stage.listeners.size, 0)
  })

  it('say that they end when the API stops', async () => {
    const { response, told } = await stage.events()
    await told.next()
    const ended = once(response, 'end')
    stage.api.api.stop()
    stage.api.api.stop()
    const { type, code } = await told.next()
    assert.deepEqual({ type, code }, { type: 'closed', code: 1012 })
    await ended
    assert.equal((await stage.api.ask('/live/events')).status, 503)
  })
})
