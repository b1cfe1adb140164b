import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import { skipWithout } from '../../support/skipping'
import { WatchedLevel } from '../../support/redis-levels'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'
import { SlowProxy } from '../../support/slow-proxy'

const SLOW_MS = 30
/** What the user allows by default. */
const ALLOWED_MS = 4
const UNAVAILABLE = { code: 'CACHE_UNAVAILABLE' }

const entry = (text = '1'): CacheEntry =>
  new CacheEntry({ kind: 'flow', tags: [], stored_ms: systemClock.monotonic(), fresh_ms: 600_000, stale_ms: 0 }, text)

describe('Redis that is not there', function () {
  this.timeout(60_000)
  let server: RedisServer
  let levels: WatchedLevel[] = []

  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  beforeEach(async () => {
    server = await startRedis()
  })

  afterEach(async () => {
    await Promise.all(levels.map((level) => level.stop()))
    levels = []
    server.thaw()
    await server.stop()
  })

  const watched = (url = server.url, given = {}): WatchedLevel => {
    const level = new WatchedLevel(url, given)
    levels.push(level)
    level.level.start()
    return level
  }
  const opened = async (url = server.url, given = {}): Promise<WatchedLevel> => {
    const level = watched(url, given)
    await level.becomes('open')
    return level
  }
  /** Everything that can be asked. */
  const everything = ({ level }: WatchedLevel): readonly Promise<unknown>[] => [
    level.get('key'),
    level.find('*', 10),
    level.set('key', entry()),
    level.write([['key', undefined]]),
    level.delete(['key']),
    level.deleteMatching('*'),
    level.deleteTagged('tag'),
    level.lease('key', [], 1000),
  ]
  const refusesEverything = async (level: WatchedLevel): Promise<void> => {
    for (const asked of await Promise.allSettled(everything(level))) {
      assert.equal(asked.status, 'rejected')
      assert.equal((asked.reason as { code?: string }).code, 'CACHE_UNAVAILABLE')
    }
  }
  /** Asks until it is refused without waiting. */
  const untilDown = async (level: WatchedLevel): Promise<void> => {
    while (level.level.state === 'open') await level.level.get('key').catch(() => undefined)
    assert.equal(level.level.state, 'down')
    assert.equal(level.level.error?.code, 'CACHE_UNAVAILABLE')
    await refusesEverything(level)
  }

  it('refuses everything, before it is started, while it is sought, and after it is stopped', async () => {
    const idle = new WatchedLevel(server.url)
    await refusesEverything(idle)
    await server.kill()
    const level = watched()
    assert.equal(level.level.state, 'connecting')
    await refusesEverything(level)
    await level.becomes('down')
    assert.match(level.level.error?.message ?? '', /no server listens there$/)
    await level.stop()
    await level.stop()
    await refusesEverything(level)
    assert.deepEqual(level.states, ['connecting', 'down', 'closed'])
  })

  it('is found when it comes, told once, and forgotten when it goes', async () => {
    await server.kill()
    const level = watched()
    await level.becomes('down')
    await server.restart()
    await level.becomes('open')
    assert.equal(level.level.error, undefined)
    await level.level.set('key', entry())
    await server.kill()
    await level.becomes('down')
    await refusesEverything(level)
    await server.restart()
    await level.becomes('open')
    assert.equal(await level.level.get('key'), undefined)
    await level.level.set('key', entry('2'))
    assert.equal((await level.level.get('key'))?.value, 2)
    assert.deepEqual(level.states, ['connecting', 'down', 'open', 'down', 'open'])
  })

  it('answers what is under way when it dies with an error, all of it', async () => {
    const level = await opened()
    server.freeze()
    const asked = Array.from({ length: 20 }, () => everything(level)).flat()
    const outcomes = Promise.allSettled(asked)
    await server.kill()
    for (const { status } of await outcomes) assert.equal(status, 'rejected')
  })

  it('is left alone when it is frozen, asked now and then on a new connection, and used again when it thaws', async () => {
    const level = await opened(server.url, { timeout_ms: 100 })
    await level.level.set('key', entry('"kept"'))
    server.freeze()
    await untilDown(level)
    server.thaw()
    await level.becomes('open')
    assert.equal((await level.level.get('key'))?.value, 'kept')
    const other = await opened()
    await other.level.set('told', entry())
    await level.hears('told')
    assert.deepEqual(level.states, ['connecting', 'open', 'down', 'open'])
  })

  it('is down while it is slow, and open when it is fast again, with its connection kept', async () => {
    const proxy = await SlowProxy.start(server.port)
    const level = await opened(`redis://127.0.0.1:${proxy.port}`, { timeout_ms: ALLOWED_MS })
    proxy.delay_ms = SLOW_MS
    await untilDown(level)
    assert.match(level.level.error?.message ?? '', /answers too late$/)
    const connections = Number(/connected_clients:(\d+)/.exec(await server.command('INFO', 'clients'))?.[1])
    proxy.delay_ms = 0
    await level.becomes('open')
    assert.equal(Number(/connected_clients:(\d+)/.exec(await server.command('INFO', 'clients'))?.[1]), connections)
    await proxy.stop()
  })

  it('is reached on a new connection where the old one has died without a word', async () => {
    const proxy = await SlowProxy.start(server.port)
    const level = await opened(`redis://127.0.0.1:${proxy.port}`, { timeout_ms: 100 })
    await level.level.set('key', entry('"kept"'))
    proxy.pull()
    await untilDown(level)
    await level.becomes('open')
    assert.equal((await level.level.get('key'))?.value, 'kept')
    await proxy.stop()
  })

  it('tells after every outage that changes were missed, by being open again', async () => {
    const [level, other] = [await opened(), await opened()]
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await level.until(() => level.states.filter((state) => state === 'open').length === 2)
    await other.until(() => other.states.filter((state) => state === 'open').length === 2)
    await other.level.set('key', entry())
    await level.hears('key')
  })

  it('is down while it is full, and open when there is room again', async () => {
    const level = await opened(server.url)
    await level.level.set('key', entry())
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    await assert.rejects(level.level.set('key', entry('2')), UNAVAILABLE)
    assert.equal(level.level.state, 'down')
    assert.match(level.level.error?.message ?? '', /it is full/)
    await refusesEverything(level)
    await server.command('CONFIG', 'SET', 'maxmemory', '0')
    await level.becomes('open')
    await level.level.set('key', entry('3'))
    assert.equal((await level.level.get('key'))?.value, 3)
  })

  it('is down while it only lets read', async () => {
    const other = await startRedis()
    const level = await opened()
    await server.command('REPLICAOF', '127.0.0.1', String(other.port))
    await assert.rejects(level.level.set('key', entry()), UNAVAILABLE)
    assert.equal(level.level.state, 'down')
    await server.command('REPLICAOF', 'NO', 'ONE')
    await level.becomes('open')
    await level.level.set('key', entry())
    await other.stop()
  })

  it('answers what is under way when it is stopped, and is left without a connection', async () => {
    const clients = async () => Number(/connected_clients:(\d+)/.exec(await server.command('INFO', 'clients'))?.[1])
    const before_it = await clients()
    const level = await opened()
    assert.equal(await clients(), before_it + 1)
    const outcomes = Promise.allSettled(everything(level))
    await level.stop()
    for (const { status } of await outcomes) assert.equal(status, 'rejected')
    while ((await clients()) > before_it);
    level.level.start()
    await level.becomes('open')
    await level.level.set('key', entry())
  })

  it('is left without a connection where it is stopped while it is sought', async () => {
    server.freeze()
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length
    const before_it = sockets()
    const level = watched()
    while (sockets() === before_it) await new Promise((resolve) => setImmediate(resolve))
    await level.stop()
    while (sockets() > before_it) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(level.states, ['connecting', 'closed'])
  })

  it('bounds how much is under way', async () => {
    const level = await opened(server.url, { timeout_ms: 5000 })
    server.freeze()
    const asked = Array.from({ length: 12_000 }, () => level.level.get('key'))
    const outcomes = Promise.allSettled(asked)
    const named = asked.map((asking, index) => asking.catch(() => index))
    assert.ok(Number(await Promise.race(named)) >= 10_000)
    await server.kill()
    for (const { status } of await outcomes) assert.equal(status, 'rejected')
  })

  it('counts what it did not take', async () => {
    const level = await opened()
    await level.level.get('key')
    assert.ok((level.level.counters.latency.percentile(0.5) ?? 0) > 0)
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    await assert.rejects(level.level.set('key', entry()), UNAVAILABLE)
    assert.equal(level.level.counters.errors, 1)
  })
})
