import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, before, describe, it } from 'mocha'
import { CacheEntry } from '../../../src/cache/cache-entry'
import { systemClock } from '../../../src/domain/clock'
import type { ErrorCode } from '../../../src/domain/errors'
import { assertNoSecret, CANARY, shown } from '../../support/canary'
import { skipWithout } from '../../support/skipping'
import { hurriedClock, WatchedLevel } from '../../support/redis-levels'
import { startRedis, whyNoRedis, type RedisOptions, type RedisServer } from '../../support/redis-servers'

const { username, password } = { username: 'cache', password: CANARY.password }
/** What a user of the cache needs. */
const RIGHTS = ['~kasa-monitor:*', '+@all', '-@admin', '-@dangerous']

const entry = (): CacheEntry =>
  new CacheEntry(
    { kind: 'flow', tags: ['tag'], stored_ms: systemClock.monotonic(), fresh_ms: 60_000, stale_ms: 0 },
    '1',
  )

describe('access to Redis', function () {
  this.timeout(30_000)
  const servers: RedisServer[] = []
  const levels: WatchedLevel[] = []

  before(function () {
    skipWithout(whyNoRedis(), this)
  })

  afterEach(async () => {
    await Promise.all(levels.splice(0).map((level) => level.stop()))
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  const start = async (options: RedisOptions): Promise<RedisServer> => {
    const server = await startRedis(options)
    servers.push(server)
    return server
  }
  const watched = (url: string, given: Readonly<Record<string, unknown>>): WatchedLevel => {
    const level = new WatchedLevel(url, given)
    levels.push(level)
    level.level.start()
    return level
  }
  const works = async (level: WatchedLevel): Promise<void> => {
    await level.becomes('open')
    await level.level.set('key', entry())
    assert.equal((await level.level.get('key'))?.value, 1)
    assert.equal(await level.level.deleteTagged('tag'), 1)
    const lease = await level.level.lease('key', ['tag'], 60_000)
    assert.equal(await lease?.commit(entry()), true)
    assert.equal((await level.level.find('*', 5)).size, 1)
    assert.equal(await level.level.deleteMatching('*'), 1)
    assertNoSecret(seenOf(level))
  }
  /** Told once, with its reason, and without the password. */
  const isRefused = async (level: WatchedLevel, code: ErrorCode): Promise<void> => {
    await level.becomes('down')
    assert.equal(level.level.error?.code, code, level.level.error?.message)
    await assert.rejects(level.level.get('key'), { code: 'CACHE_UNAVAILABLE' })
    assert.deepEqual(level.states, ['connecting', 'down'])
    assertNoSecret(seenOf(level))
  }
  const seenOf = ({ level }: WatchedLevel): Record<string, string> => ({
    level: inspect(level, { depth: 6 }),
    hidden: shown(level),
    error: shown(level.error),
    json: JSON.stringify(level.error) ?? '',
  })

  it('is with the password of the user that Redis calls default', async () => {
    const { url } = await start({ password })
    await works(watched(url, { password }))
  })

  it('is with a user that may do no more than a cache needs', async () => {
    const { url } = await start({ user: { name: username, rules: ['on', `>${password}`, ...RIGHTS] } })
    await works(watched(url, { username, password }))
  })

  it('is refused with a wrong password, or with none, or with one of an unknown user', async () => {
    const { url } = await start({ password: 'another' })
    await isRefused(watched(url, { password }), 'CACHE_LOGIN_REFUSED')
    await isRefused(watched(url, {}), 'CACHE_LOGIN_REFUSED')
    await isRefused(watched(url, { username, password }), 'CACHE_LOGIN_REFUSED')
  })

  for (const missing of ['eval', 'set', 'unlink', 'rename', 'zadd', 'scan', 'client|tracking']) {
    it(`is refused to a user without the right to ${missing}`, async () => {
      const { url } = await start({ user: { name: username, rules: ['on', `>${password}`, ...RIGHTS, `-${missing}`] } })
      await isRefused(watched(url, { username, password }), 'CACHE_LOGIN_REFUSED')
    })
  }

  it('is refused to a user of other names', async () => {
    const rules = ['on', `>${password}`, '~other:*', '+@all']
    const { url } = await start({ user: { name: username, rules } })
    await isRefused(watched(url, { username, password }), 'CACHE_LOGIN_REFUSED')
  })

  it('is lost with a right that is taken away', async () => {
    const server = await start({ user: { name: username, rules: ['on', `>${password}`, ...RIGHTS] } })
    const level = watched(server.url, { username, password })
    await level.becomes('open')
    await server.command('ACL', 'SETUSER', username, '-unlink')
    await assert.rejects(level.level.delete(['key']), { code: 'CACHE_UNAVAILABLE' })
    assert.equal(level.level.error?.code, 'CACHE_LOGIN_REFUSED')
    await server.command('ACL', 'SETUSER', username, '+unlink')
    await level.becomes('open')
  })

  it('is by TLS, where the certificate is valid or need not be', async () => {
    const { url } = await start({ tls: true, password })
    await works(watched(url, { password, verify_certificate: 'no' }))
    const level = watched(url, { password })
    await isRefused(level, 'CACHE_UNAVAILABLE')
    assert.match(level.level.error?.message ?? '', /certificate is not valid \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
  })

  it('is not by TLS to a Redis without it, nor the other way round', async () => {
    const [plain, tls] = [await start({}), await start({ tls: true })]
    await isRefused(watched(plain.url.replace('redis:', 'rediss:'), { verify_certificate: 'no' }), 'CACHE_UNAVAILABLE')
    await isRefused(watched(tls.url.replace('rediss:', 'redis:'), {}), 'CACHE_UNAVAILABLE')
  })

  it('is not to what is no Redis, or an old one, whatever that repeats of what it was told', async () => {
    const answers = (echo: string) => [
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      `-ERR unknown command \`HELLO\`, with args beginning with: ${echo}\r\n`,
      '-NOPROTO unsupported protocol version\r\n',
    ]
    for (const [index, code] of (['CACHE_UNAVAILABLE', 'CACHE_UNSUPPORTED', 'CACHE_UNSUPPORTED'] as const).entries()) {
      const server = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', (bytes) => socket.write(answers(bytes.toString().replace(/\r\n/g, ' '))[index] ?? ''))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const level = watched(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`, { password })
      await isRefused(level, code)
      await level.stop()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('is tried again by itself after a refusal, within about a minute', async () => {
    const server = await start({ password: 'another' })
    const level = new WatchedLevel(server.url, { password, timeout_ms: 10_000 }, hurriedClock)
    levels.push(level)
    level.level.start()
    await level.becomes('down')
    await server.command('CONFIG', 'SET', 'requirepass', password)
    await level.becomes('open')
  })
})
