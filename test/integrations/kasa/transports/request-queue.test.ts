import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { SYSINFO_QUERY } from '../../../../src/integrations/kasa/protocols/iot/iot-query'
import { Exchange, type Transport } from '../../../../src/integrations/kasa/transports/exchange'
import { RequestQueue } from '../../../../src/integrations/kasa/transports/request-queue'

describe('the requests of one host', () => {
  let started: Exchange[]
  let ended: string[]
  let queue: RequestQueue
  const names = new Map<Exchange, string>()

  const transport: Transport = {
    start: (exchange) => void started.push(exchange),
    fail: (exchange, error) => queue.onEnd(exchange, error, ''),
    onTimeout: () => undefined,
    stop: () => undefined,
  }

  beforeEach(() => {
    started = []
    ended = []
    queue = new RequestQueue(() => transport)
  })

  function add(name: string, urgent = false): Exchange {
    const exchange = new Exchange(SYSINFO_QUERY, urgent, (error) => ended.push(`${name}:${error?.code ?? 'ok'}`))
    names.set(exchange, name)
    queue.add(exchange)
    return exchange
  }

  const startedNames = () => started.map((exchange) => names.get(exchange))
  const answer = () => queue.onEnd(started.at(-1) as Exchange, undefined, '{}')

  it('go one at a time', () => {
    add('a')
    add('b')
    assert.deepEqual(startedNames(), ['a'])
    answer()
    assert.deepEqual(startedNames(), ['a', 'b'])
    assert.deepEqual(ended, ['a:ok'])
  })

  it('go commands first, in the order of their asking', () => {
    for (const [name, urgent] of [['poll 1'], ['poll 2'], ['on', true], ['poll 3'], ['off', true]] as const) {
      add(name, urgent)
    }
    for (let count = 0; count < 5; count++) answer()
    assert.deepEqual(startedNames(), ['poll 1', 'on', 'off', 'poll 2', 'poll 3'])
  })

  it('end together where the host cannot be reached, commands excepted', () => {
    add('a')
    add('b')
    add('on', true)
    queue.onEnd(started[0] as Exchange, new MonitorError('CONNECT_FAILED', 'refused'), '')
    assert.deepEqual(ended, ['a:CONNECT_FAILED', 'b:CONNECT_FAILED'])
    assert.deepEqual(startedNames(), ['a', 'on'])
  })

  it('go on after a reply that did not come', () => {
    add('a')
    add('b')
    queue.onEnd(started[0] as Exchange, new MonitorError('REPLY_TIMEOUT', 'late'), '')
    assert.deepEqual(startedNames(), ['a', 'b'])
  })

  it('can be taken back while they wait', () => {
    add('a')
    const second = add('b')
    queue.fail(second, new MonitorError('CLOSED', 'over'))
    assert.deepEqual(ended, ['b:CLOSED'])
    answer()
    assert.deepEqual(startedNames(), ['a'])
  })

  it('all end when the connection is closed, and none starts, then or later', async () => {
    for (const name of ['a', 'b', 'c']) add(name)
    queue.close(new MonitorError('CLOSED', 'over'))
    assert.deepEqual(ended, ['a:CLOSED', 'b:CLOSED', 'c:CLOSED'])
    add('d')
    await Promise.resolve()
    assert.equal(ended.at(-1), 'd:CLOSED')
    assert.deepEqual(startedNames(), ['a'])
  })

  it('are refused, later and by code, where far too many wait', async () => {
    for (let count = 0; count < 65; count++) add(`r${count}`)
    add('one too many')
    assert.deepEqual(ended, [])
    await Promise.resolve()
    assert.deepEqual(ended, ['one too many:QUEUE_FULL'])
  })
})
