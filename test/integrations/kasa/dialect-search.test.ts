import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Device } from '../../../src/domain/device'
import { MonitorError, type ErrorCode } from '../../../src/domain/errors'
import type { Dialect } from '../../../src/integrations/kasa/dialect'
import { DialectSearch, type DialectSearchOptions } from '../../../src/integrations/kasa/dialect-search'
import type { TdpAnswer } from '../../../src/integrations/kasa/discovery/tdp-answer'
import type { Link } from '../../../src/integrations/kasa/link'
import type { FoundLink } from '../../../src/integrations/kasa/trials'

const XOR: Dialect = { protocol: 'iot', transport: 'xor', port: 9999, secure: false }
const KLAP: Dialect = { protocol: 'smart', transport: 'klap', port: 80, secure: false }
const OLD_KLAP: Dialect = { ...KLAP, protocol: 'iot' }
const AES: Dialect = { ...KLAP, transport: 'aes' }
const ANSWER: TdpAnswer = {
  mac: 'AA:BB:CC:00:00:01',
  model: 'P110(EU)',
  device_type: 'SMART.TAPOPLUG',
  kind: 'plug',
  factory_default: false,
}

const nameOf = ({ protocol, transport, port }: Dialect) => `${protocol}.${transport}:${port}`

type Outcome = ErrorCode | 'answers' | 'hangs'

/** A host that does what the test says in each dialect; elsewhere nothing listens. */
class ScriptedHost {
  readonly tried: string[] = []
  readonly stopped: string[] = []
  probes = 0
  cancelled = 0
  announces: Partial<TdpAnswer> | 'nothing' | 'never' = 'nothing'

  constructor(private readonly outcomes: Readonly<Record<string, Outcome>> = {}) {}

  link(dialect: Dialect): Link {
    const name = nameOf(dialect)
    let end = (_error: MonitorError) => {}
    return {
      dialect,
      describe: (done) => {
        this.tried.push(name)
        const outcome = this.outcomes[name] ?? 'CONNECT_FAILED'
        end = (error) => done(error, undefined)
        if (outcome === 'answers') queueMicrotask(() => done(undefined, [{ device_id: name } as Device]))
        else if (outcome !== 'hangs') queueMicrotask(() => end(new MonitorError(outcome, name)))
      },
      poll: () => assert.fail('a search polls nothing'),
      changedDetails: () => [],
      command: () => assert.fail('a search commands nothing'),
      stop: (error) => {
        this.stopped.push(name)
        if (this.outcomes[name] === 'hangs') end(error)
      },
    }
  }

  search(options: Partial<DialectSearchOptions> = {}): DialectSearch {
    return new DialectSearch({
      ...{ host: 'h', port: undefined, hint: undefined, known: undefined, isAboveAes: false },
      createLink: (dialect) => this.link(dialect),
      probe: (done) => {
        this.probes++
        const { announces } = this
        if (announces === 'nothing') queueMicrotask(() => done(undefined))
        else if (announces !== 'never') queueMicrotask(() => done({ ...ANSWER, ...announces }))
        return () => void this.cancelled++
      },
      ...options,
    })
  }

  find(options: Partial<DialectSearchOptions> = {}): Promise<FoundLink> {
    return resultOf(this.search(options))
  }
}

function resultOf(search: DialectSearch): Promise<FoundLink> {
  return new Promise((resolve, reject) => {
    search.start((error, found) => (found ? resolve(found) : reject(error ?? new Error('nothing'))))
  })
}

describe('finding out how a host is spoken to', () => {
  it('begins with port 9999, and is done where that answers', async () => {
    const host = new ScriptedHost({ 'iot.xor:9999': 'answers' })
    const { link, devices } = await host.find()
    assert.deepEqual([link.dialect, devices[0]?.device_id], [XOR, 'iot.xor:9999'])
    assert.deepEqual([host.tried, host.stopped, host.probes], [['iot.xor:9999'], [], 0])
  })

  it('begins with what a discovery has shown', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'answers' })
    await host.find({ hint: KLAP })
    assert.deepEqual(host.tried, ['smart.klap:80'])
  })

  it('knocks by datagram before it speaks HTTP, because some servers sleep until then', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'answers' })
    await host.find({ hint: KLAP })
    assert.equal(host.probes, 1)
  })

  it('speaks as the host announces itself where port 9999 is closed', async () => {
    const host = new ScriptedHost({ 'smart.aes:8080': 'answers' })
    host.announces = { dialect: { ...AES, port: 8080 } }
    const { link } = await host.find()
    assert.equal(link.dialect.port, 8080)
    assert.deepEqual(host.tried, ['iot.xor:9999', 'smart.aes:8080'])
  })

  it('believes what a host announces now more than what was seen before', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'answers' })
    host.announces = { dialect: KLAP }
    await host.find({ hint: AES })
    assert.deepEqual(host.tried, ['smart.klap:80'])
  })

  it('keeps to the one port of a host that has but one', async () => {
    const host = new ScriptedHost({ 'smart.klap:7000': 'answers' })
    host.announces = { dialect: KLAP }
    assert.equal((await host.find({ port: 7000 })).link.dialect.port, 7000)
    assert.deepEqual(host.tried, ['iot.xor:7000', 'smart.klap:7000'])
  })

  it('tries all ways where a host lives and announces nothing, those first that need no password', async () => {
    const wrong = ['smart.klap:80', 'iot.klap:80', 'smart.tpap:80']
    const outcomes = Object.fromEntries(wrong.map((name) => [name, 'REPLY_INVALID'] as const))
    const host = new ScriptedHost({ ...outcomes, 'smart.aes:80': 'answers' })
    assert.deepEqual((await host.find()).link.dialect, AES)
    assert.deepEqual(host.tried, ['iot.xor:9999', ...wrong, 'smart.aes:80'])
    assert.deepEqual(host.stopped, ['iot.xor:9999', ...wrong])
  })

  it('asks in the older commands where KLAP is spoken and the newer ones mean nothing', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'REPLY_INVALID', 'iot.klap:80': 'answers' })
    assert.deepEqual((await host.find()).link.dialect, OLD_KLAP)
  })

  it('knocks at no port again that is closed, and says no KLAP again where none is spoken', async () => {
    const closed = new ScriptedHost()
    await assert.rejects(closed.find(), { code: 'CONNECT_FAILED', message: 'iot.xor:9999' })
    assert.deepEqual(closed.tried, ['iot.xor:9999', 'smart.klap:80'])
    const changed = { 'smart.klap:80': 'PROTOCOL_CHANGED', 'smart.tpap:80': 'PROTOCOL_CHANGED' } as const
    const aes = new ScriptedHost({ ...changed, 'smart.aes:80': 'answers' })
    await aes.find()
    assert.deepEqual(aes.tried, ['iot.xor:9999', 'smart.klap:80', 'smart.tpap:80', 'smart.aes:80'])
  })

  it('asks a dead host nothing more', async () => {
    for (const silence of ['CONNECT_TIMEOUT', 'HOST_UNREACHABLE', 'REPLY_TIMEOUT'] as const) {
      const host = new ScriptedHost({ 'iot.xor:9999': silence })
      await assert.rejects(host.find(), { code: silence })
      assert.deepEqual([host.tried.length, host.probes], [1, 1])
    }
  })

  it('finds out as well where port 9999 is silent, if the host announces itself', async () => {
    const host = new ScriptedHost({ 'iot.xor:9999': 'CONNECT_TIMEOUT', 'smart.klap:80': 'answers' })
    host.announces = { dialect: KLAP }
    assert.deepEqual((await host.find()).link.dialect, KLAP)
  })

  it('ends with a refused login, and hammers no host with it', async () => {
    const announced = new ScriptedHost({ 'smart.klap:80': 'LOGIN_REFUSED', 'smart.aes:80': 'answers' })
    announced.announces = { dialect: KLAP }
    await assert.rejects(announced.find(), { code: 'LOGIN_REFUSED' })
    assert.deepEqual(announced.tried, ['iot.xor:9999', 'smart.klap:80'])
    const guessed = new ScriptedHost({ 'smart.klap:80': 'LOGIN_REFUSED', 'iot.klap:80': 'answers' })
    await assert.rejects(guessed.find(), { code: 'LOGIN_REFUSED' })
    assert.deepEqual(guessed.tried, ['iot.xor:9999', 'smart.klap:80'])
  })

  it('ends where another device answers, or the device cannot be read', async () => {
    for (const code of ['IDENTITY_MISMATCH', 'DEVICE_UNSUPPORTED'] as const) {
      const host = new ScriptedHost({ 'iot.xor:9999': code, 'smart.klap:80': 'answers' })
      await assert.rejects(host.find(), { code })
      assert.deepEqual([host.tried.length, host.probes], [1, 0])
    }
  })

  it('tells why a device that announces something else cannot be spoken to', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'answers' })
    host.announces = { unsupported: { reason: 'turn on compatibility', code: 'DEVICE_UNSUPPORTED' } }
    await assert.rejects(host.find(), { code: 'DEVICE_UNSUPPORTED', message: 'h: P110(EU): turn on compatibility' })
    assert.deepEqual(host.tried, ['iot.xor:9999'])
  })

  it('knows firmware that refuses strangers by its refusals alone, and says what helps', async () => {
    const refused = { 'smart.klap:80': 'SESSION_REFUSED', 'iot.klap:80': 'SESSION_REFUSED' } as const
    const host = new ScriptedHost({
      ...refused,
      'smart.tpap:80': 'SESSION_REFUSED',
      'smart.aes:80': 'PROTOCOL_CHANGED',
    })
    await assert.rejects(host.find(), { code: 'DEVICE_UNSUPPORTED', message: /Third-Party Compatibility/ })
  })

  it('tells what failed as the host announces itself, rather than what was tried before', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'REPLY_TIMEOUT' })
    host.announces = { dialect: KLAP }
    await assert.rejects(host.find(), { message: 'smart.klap:80' })
  })

  it('does not leave a person with "the protocol has changed" where none was found', async () => {
    const wrong = ['smart.klap:80', 'smart.tpap:80', 'smart.aes:80']
    const host = new ScriptedHost(Object.fromEntries(wrong.map((name) => [name, 'PROTOCOL_CHANGED'] as const)))
    await assert.rejects(host.find(), { code: 'REPLY_INVALID' })
  })

  it('tells the cause where a host in doubt has not come back', async () => {
    const host = new ScriptedHost({ 'smart.aes:80': 'PROTOCOL_CHANGED' })
    await assert.rejects(host.find({ known: host.link(XOR) }), { code: 'CONNECT_FAILED' })
  })

  it('goes on with the link that it had, where the host answers as before', async () => {
    for (const dialect of [XOR, KLAP]) {
      const host = new ScriptedHost({ [nameOf(dialect)]: 'answers' })
      const known = host.link(dialect)
      assert.equal((await host.find({ known, hint: AES })).link, known)
      assert.deepEqual([host.tried, host.stopped], [[nameOf(dialect)], []])
    }
  })

  it('leaves the link that it had to its owner, where another is found', async () => {
    const host = new ScriptedHost({ 'iot.klap:80': 'answers' })
    host.announces = { dialect: OLD_KLAP }
    const { link } = await host.find({ known: host.link(XOR) })
    assert.deepEqual(link.dialect, OLD_KLAP)
    assert.deepEqual(host.stopped, [])
  })

  it('gives no password to a host that could do without it before', async () => {
    const host = new ScriptedHost({ 'smart.aes:80': 'answers' })
    host.announces = { dialect: AES }
    const search = host.find({ known: host.link(KLAP), isAboveAes: true })
    await assert.rejects(search, { code: 'LOGIN_REFUSED', message: /password itself/ })
    assert.ok(!host.tried.includes('smart.aes:80'))
    const silent = new ScriptedHost({ 'smart.klap:80': 'PROTOCOL_CHANGED', 'smart.aes:80': 'answers' })
    await assert.rejects(silent.find({ known: silent.link(KLAP), isAboveAes: true }))
    assert.ok(!silent.tried.includes('smart.aes:80'))
  })

  it('is not misled by an announcement of less, where the host answers as before', async () => {
    const host = new ScriptedHost({ 'smart.klap:80': 'answers', 'smart.aes:80': 'answers' })
    host.announces = { dialect: AES }
    const known = host.link(KLAP)
    assert.equal((await host.find({ known, isAboveAes: true })).link, known)
  })

  it('ends at once when it is stopped, speaking or asking', async () => {
    const closed = new MonitorError('CLOSED', 'over')
    const speaking = new ScriptedHost({ 'iot.xor:9999': 'hangs' })
    const asking = new ScriptedHost()
    asking.announces = 'never'
    for (const host of [speaking, asking]) {
      const search = host.search()
      const result = resultOf(search)
      await new Promise((resolve) => setImmediate(resolve))
      search.stop(closed)
      search.stop(closed)
      await assert.rejects(result, closed)
      assert.deepEqual([host.tried, [...new Set(host.stopped)]], [['iot.xor:9999'], ['iot.xor:9999']])
    }
    assert.ok(asking.cancelled > 0)
  })
})
