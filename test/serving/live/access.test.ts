import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Caller } from '../../../src/serving/protection/caller'
import { Tickets } from '../../../src/serving/live/tickets'
import { KEYS, READ_KEY } from '../../support/api-server'
import { FakeClock } from '../../support/fake-clock'
import { soon } from '../../support/soon'
import { LiveStage } from './live-stage'

const BY_KEY = { 'x-api-key': READ_KEY }

describe('Who is told live', () => {
  let stage: LiveStage
  beforeEach(() => {
    stage = new LiveStage()
  })
  afterEach(() => stage.stop())

  const ticket = async (headers: Record<string, string> = {}) => {
    const reply = await stage.api.ask('/live/ticket', headers)
    assert.equal(reply.status, 200, reply.body)
    const given = reply.json<{ ticket: string; expires_s: number }>()
    assert.equal(given.expires_s, 60)
    return given.ticket
  }

  it('needs a key where the API has some', async () => {
    await stage.start({ keys: KEYS })
    assert.equal((await stage.refused('/live')).status, 401)
    const { status, headers } = await stage.api.ask('/live/events')
    assert.equal(status, 401)
    assert.equal(headers['www-authenticate'], 'Bearer')
    assert.equal((await stage.api.ask('/live/ticket')).status, 401)
    assert.equal((await (await stage.socket('/live', BY_KEY)).told.next()).type, 'hello')
    assert.equal((await (await stage.events('/live/events', BY_KEY)).told.next()).type, 'hello')
  })

  it('comes in with a ticket in place of a key, once', async () => {
    await stage.start({ keys: KEYS })
    const first = await ticket(BY_KEY)
    assert.equal((await (await stage.socket(`/live?ticket=${first}`)).told.next()).type, 'hello')
    assert.equal((await stage.refused(`/live?ticket=${first}`)).status, 401)
    assert.equal((await stage.api.ask(`/live/events?ticket=${first}`)).status, 401)
    const second = await ticket(BY_KEY)
    assert.equal((await (await stage.events(`/live/events?ticket=${second}`)).told.next()).type, 'hello')
    assert.equal((await stage.api.ask(`/live/events?ticket=${second}`)).status, 401)
    const events = stage.api.api.statistics().routes.find(({ path }) => path === '/live/events')
    assert.deepEqual(events?.statuses, { 200: 1, 401: 2 })
  })

  it('needs a ticket for WebSocket where Node-RED asks for a login, which no upgrade passes', async () => {
    await stage.start({ is_behind_login: true })
    assert.equal((await stage.refused('/live')).status, 401)
    const given = await ticket()
    assert.equal((await (await stage.socket(`/live?ticket=${given}`)).told.next()).type, 'hello')
  })

  it('is refused from a page of another origin', async () => {
    await stage.start()
    assert.equal((await stage.refused('/live', { origin: 'https://elsewhere.example' })).status, 403)
  })

  it('is refused beyond the number of clients that there may be, and let in when one has left', async () => {
    await stage.start({ live_clients: 2, keys: KEYS })
    const { socket } = await stage.socket('/live', BY_KEY)
    const other = { 'x-api-key': 'a-key-that-may-command' }
    const second = await stage.refused('/live', BY_KEY)
    assert.equal(second.status, 429)
    assert.match(second.detail, /at most 1 live client/)
    await stage.events('/live/events', other)
    assert.equal((await stage.refused('/live', other)).status, 503)
    const { status, headers } = await stage.api.ask('/live/events', other)
    assert.equal(status, 503)
    assert.equal(headers['retry-after'], '1')
    socket.close()
    await soon(() => assert.equal(stage.live.statistics().websocket_clients, 0))
    assert.equal((await (await stage.socket('/live', BY_KEY)).told.next()).type, 'hello')
  })
})

describe('Tickets', () => {
  const caller: Caller = { right: 'read', counted_by: 'key dashboard' }

  it('are good for a minute, once, for whom they were issued', () => {
    const clock = new FakeClock()
    const tickets = new Tickets(clock)
    const [first, second, third] = [tickets.issue(caller), tickets.issue(caller), tickets.issue(caller)]
    assert.equal(new Set([first, second, third]).size, 3)
    assert.equal(tickets.take(first), caller)
    assert.equal(tickets.take(first), undefined)
    clock.advance(59_999)
    assert.equal(tickets.take(second), caller)
    clock.advance(1)
    assert.equal(tickets.take(third), undefined)
    assert.equal(tickets.take(''), undefined)
  })

  it('are a bounded number: the oldest gives way', () => {
    const tickets = new Tickets(new FakeClock())
    const first = tickets.issue(caller)
    const others = Array.from({ length: 1000 }, () => tickets.issue(caller))
    assert.equal(tickets.take(first), undefined)
    assert.equal(tickets.take(others[0] ?? ''), caller)
  })
})
