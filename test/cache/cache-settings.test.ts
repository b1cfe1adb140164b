import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { fingerprintOf, nameOf, parseCacheSettings } from '../../src/cache/cache-settings'
import { MonitorError } from '../../src/domain/errors'
import { assertNoSecret, CANARY, shown } from '../support/canary'

const target = (redis_url: string) => parseCacheSettings({ redis_url }).redis?.target

function refusalOf(given: Readonly<Record<string, unknown>>): MonitorError {
  try {
    parseCacheSettings(given)
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    assert.equal(thrown.code, 'CONFIG_INVALID')
    return thrown
  }
  throw new Error('not refused')
}

describe('settings of a cache', () => {
  it('mean memory alone without an address', () => {
    for (const redis_url of [undefined, '', '  ']) {
      const settings = parseCacheSettings({ redis_url, memory_entries: 5 })
      assert.equal(settings.redis, undefined)
      assert.equal(settings.options.memory_entries, 5)
      assert.equal(nameOf(settings), 'memory')
    }
  })

  it('take an address of one Redis', () => {
    const standalone = { kind: 'standalone', tls: false, database: 0 }
    assert.deepEqual(target('redis://nas'), { ...standalone, at: { host: 'nas', port: 6379 } })
    assert.deepEqual(target(' redis://10.0.0.5:6380/ '), { ...standalone, at: { host: '10.0.0.5', port: 6380 } })
    assert.deepEqual(target('rediss://nas.lan/3'), {
      ...standalone,
      tls: true,
      at: { host: 'nas.lan', port: 6379 },
      database: 3,
    })
    assert.deepEqual(target('redis://[fd00::5]:6380'), { ...standalone, at: { host: 'fd00::5', port: 6380 } })
    assert.deepEqual(target('redis://[::1]'), { ...standalone, at: { host: '::1', port: 6379 } })
  })

  it('take the address of sentinels, with the name of the master', () => {
    assert.deepEqual(target('redis-sentinel://a,b:26380,[::1]:5/main?db=2'), {
      kind: 'sentinel',
      tls: false,
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
        { host: '::1', port: 5 },
      ],
      master: 'main',
      database: 2,
    })
    assert.equal(target('rediss-sentinel://a/main')?.tls, true)
  })

  it('take the address of a cluster', () => {
    const nodes = [
      { host: 'a', port: 6379 },
      { host: 'b', port: 7001 },
    ]
    assert.deepEqual(target('redis-cluster://a,b:7001'), { kind: 'cluster', tls: false, nodes })
    assert.deepEqual(target('rediss-cluster://a,b:7001/'), { kind: 'cluster', tls: true, nodes })
  })

  const REFUSED = [
    'nas:6379',
    'http://nas',
    'redis:nas',
    'redis://',
    'redis://a,b',
    'redis://nas:0',
    'redis://nas:65536',
    'redis://nas/x',
    'redis://nas/10000',
    'redis://nas?db=1',
    'redis://fd00::5',
    'redis://[nas]',
    'redis-sentinel://a',
    'redis-sentinel://a/',
    'redis-sentinel://a/main?db=x',
    'redis-cluster://a,',
    'redis-cluster://a/1',
    'redis-other://a',
  ]
  for (const redis_url of REFUSED) {
    it(`refuse ${redis_url}, and show what is allowed`, () => {
      const { message, details } = refusalOf({ redis_url })
      assert.equal(details.field, 'redis_url')
      assert.match(message, /^redis_url: .* is not allowed; expected redis:\/\/host:6379\/0, redis-sentinel:/)
    })
  }

  it('refuse what is no text', () => {
    for (const redis_url of [6379, {}, ['redis://nas']])
      assert.equal(refusalOf({ redis_url }).details.field, 'redis_url')
  })

  it('refuse a login within the address, which has fields of its own, and do not repeat it', () => {
    const { password } = CANARY
    for (const redis_url of [
      `redis://:${password}@nas`,
      `redis://user:${password}@nas`,
      `redis://nas?password=${password}`,
    ]) {
      const error = refusalOf({ redis_url })
      assert.equal(error.details.field, 'redis_url')
      assertNoSecret({ error: shown(error) })
    }
    assert.match(
      refusalOf({ redis_url: 'redis://user:word@nas' }).message,
      /user and password have fields of their own/,
    )
  })

  it('take a login, and show its password to nobody', () => {
    const settings = parseCacheSettings({ redis_url: 'redis://nas', username: ' user ', password: CANARY.password })
    assert.equal(settings.redis?.username, 'user')
    assert.equal(settings.redis?.password?.reveal(), CANARY.password)
    assertNoSecret({ settings: shown(settings), json: JSON.stringify(settings), name: nameOf(settings) })
  })

  it('take a password without a user, but no user without a password', () => {
    const settings = parseCacheSettings({ redis_url: 'redis://nas', username: '', password: 'word' })
    assert.equal(settings.redis?.username, undefined)
    assert.equal(refusalOf({ redis_url: 'redis://nas', username: 'user' }).details.field, 'password')
    const { details, message } = refusalOf({ redis_url: 'redis://nas', password: 12 })
    assert.equal(details.field, 'password')
    assert.ok(!message.includes('12'))
  })

  it('take a prefix that does not decide where a cluster keeps a key', () => {
    assert.equal(parseCacheSettings({ redis_url: 'redis://nas' }).redis?.prefix, 'kasa-monitor:')
    assert.equal(parseCacheSettings({ redis_url: 'redis://nas', redis_prefix: ' home/1: ' }).redis?.prefix, 'home/1:')
    for (const redis_prefix of ['{a}', 'a b', 'a*', 'a'.repeat(51), 5]) {
      assert.equal(refusalOf({ redis_url: 'redis://nas', redis_prefix }).details.field, 'redis_prefix')
    }
  })

  it('name the setting that is out of its range', () => {
    assert.equal(refusalOf({ memory_mb: 0 }).details.field, 'memory_mb')
    assert.equal(refusalOf({ redis_url: 'redis://nas', timeout_ms: 0 }).details.field, 'timeout_ms')
    assert.equal(refusalOf({ redis_url: 'redis://nas', verify_certificate: true }).details.field, 'verify_certificate')
  })

  it('are called by the address and the prefix', () => {
    const named = (redis_url: string) => nameOf(parseCacheSettings({ redis_url }))
    assert.equal(named('redis://[::1]'), 'redis://[::1]:6379/0 kasa-monitor:')
    assert.equal(named('rediss-sentinel://a,b/main'), 'rediss-sentinel://a:26379,b:26379/main?db=0 kasa-monitor:')
    assert.equal(named('redis-cluster://a,b:1'), 'redis-cluster://a:6379,b:1 kasa-monitor:')
  })

  it('have a fingerprint that differs with each of them, the password included', () => {
    const given = { redis_url: 'redis://nas', password: 'one' }
    const prints = [{}, { password: 'two' }, { redis_prefix: 'x:' }, { live_s: 5 }, { redis_url: 'redis://nas/1' }].map(
      (change) => fingerprintOf(parseCacheSettings({ ...given, ...change })),
    )
    assert.equal(new Set(prints).size, prints.length)
    assert.equal(fingerprintOf(parseCacheSettings(given)), prints[0])
  })
})
