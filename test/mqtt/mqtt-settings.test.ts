import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import { MonitorError } from '../../src/domain/errors'
import { borrowedSettings } from '../../src/mqtt/borrowed-settings'
import { parseMqttSettings } from '../../src/mqtt/mqtt-settings'
import { CANARY } from '../support/canary'
import { Authority, type Certificate } from '../support/certificates'
import { skipWithout } from '../support/skipping'

const URL_OF_TEST = 'mqtt://broker.local'

function refusalOf(given: Readonly<Record<string, unknown>>): MonitorError {
  try {
    parseMqttSettings(given)
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    assert.equal(thrown.code, 'CONFIG_INVALID')
    return thrown
  }
  return assert.fail('it was taken')
}

const fieldRefused = (given: Readonly<Record<string, unknown>>) => refusalOf(given).details.field

function whyNoOpenssl(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'openssl is not installed'
  }
}

describe('the settings of a broker', () => {
  for (const [given, url] of [
    ['mqtt://broker.local', 'mqtt://broker.local:1883'],
    [' mqtts://broker.local/ ', 'mqtts://broker.local:8883'],
    ['tcp://10.0.0.1:1884', 'mqtt://10.0.0.1:1884'],
    ['ssl://broker', 'mqtts://broker:8883'],
    ['ws://broker', 'ws://broker:80/'],
    ['wss://broker:8084/mqtt?token=secret', 'wss://broker:8084/mqtt'],
    ['mqtt://[::1]:1883', 'mqtt://[::1]:1883'],
  ] as const) {
    it(`know what ${given} means`, () => assert.equal(parseMqttSettings({ url: given }).url, url))
  }

  it('have a default for everything but the address', () => {
    const { address, ...settings } = parseMqttSettings({ url: URL_OF_TEST, client_id: ' ', username: '', ca: null })
    assert.deepEqual(address, { protocol: 'mqtt', host: 'broker.local', port: 1883, path: '' })
    assert.deepEqual(settings, {
      url: 'mqtt://broker.local:1883',
      version: 'auto',
      keepalive_s: 60,
      connect_ms: 10_000,
      verify_certificate: 'yes',
    })
  })

  it('name the field that is wrong', () => {
    for (const url of ['', 'broker', 'http://broker', 'mqtt://', 'mqtt://a:0', 'mqtt://a:65536', 'mqtt://a/path', 7]) {
      assert.equal(fieldRefused({ url }), 'url')
    }
    const wrong = {
      version: '4',
      keepalive_s: 4,
      connect_ms: 'soon',
      verify_certificate: true,
      client_id: 'with space',
      username: 5,
      password: 'without a user',
      ca: 'no certificate',
      certificate: 'none either',
      server_name: 'a/b',
    }
    for (const [field, value] of Object.entries(wrong)) {
      const expected = field === 'password' ? 'username' : field
      assert.equal(fieldRefused({ url: URL_OF_TEST, [field]: value }), expected)
    }
  })

  it('take no login in the address, and do not repeat it', () => {
    for (const url of [`mqtt://user:${CANARY.password}@broker`, `ws:/broker/?${CANARY.password}`]) {
      assert.doesNotMatch(inspect(refusalOf({ url })), new RegExp(CANARY.password))
    }
    const settings = parseMqttSettings({ url: URL_OF_TEST, username: 'user', password: CANARY.password })
    assert.doesNotMatch(
      inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings),
      new RegExp(CANARY.password),
    )
    assert.equal(settings.password?.reveal(), CANARY.password)
  })

  it('are either taken or refused by name, whatever is given', () => {
    const field = fc.constantFrom(
      'url',
      'client_id',
      'username',
      'password',
      'ca',
      'private_key',
      'certificate',
      'version',
    )
    const value = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.webUrl().map((url) => url.replace('http', 'mqtt')),
    )
    fc.assert(
      fc.property(fc.dictionary(field, value), (given) => {
        try {
          assert.match(parseMqttSettings({ url: URL_OF_TEST, ...given }).url, /^(mqtts?|wss?):\/\/[^@]+:\d+/)
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError && thrown.code === 'CONFIG_INVALID', String(thrown))
          assert.ok(thrown.details.field !== undefined)
        }
      }),
    )
  })

  describe('for TLS', () => {
    let authority: Authority
    let own: Certificate
    let protectedOwn: Certificate

    before(function () {
      skipWithout(whyNoOpenssl(), this)
      authority = new Authority()
      own = authority.sign('one')
      protectedOwn = authority.sign('other', undefined, 'passphrase')
    })
    after(() => authority?.remove())

    it('take a key only with its certificate and its passphrase', () => {
      const given = { url: URL_OF_TEST, ca: authority.ca }
      assert.ok(parseMqttSettings({ ...given, ...own }).private_key)
      assert.ok(parseMqttSettings({ ...given, ...protectedOwn, passphrase: 'passphrase' }).passphrase)
      assert.equal(fieldRefused({ ...given, certificate: own.certificate }), 'private_key')
      assert.equal(fieldRefused({ ...given, private_key: own.private_key }), 'certificate')
      assert.equal(fieldRefused({ ...given, ...protectedOwn }), 'private_key')
      assert.equal(fieldRefused({ ...given, ...protectedOwn, passphrase: 'wrong' }), 'private_key')
      assert.equal(fieldRefused({ ...given, ...own, private_key: protectedOwn.private_key }), 'private_key')
    })

    it('can be those of a broker node of Node-RED, whose own connection they leave alone', () => {
      const node = {
        brokerurl: 'mqtts://broker:8884',
        options: Object.freeze({
          username: 'user',
          password: 'word',
          keepalive: '30',
          clientId: 'its own',
          clean: false,
          protocolVersion: 4,
          reconnectPeriod: 5000,
          will: { topic: 'its/own', payload: '' },
          rejectUnauthorized: false,
          ca: Buffer.from(authority.ca),
          cert: own.certificate,
          key: Buffer.from(own.private_key),
          servername: 'broker.example',
        }),
      }
      const settings = parseMqttSettings(borrowedSettings(node))
      assert.deepEqual(
        { ...settings, password: settings.password?.reveal(), private_key: settings.private_key?.reveal() },
        {
          url: 'mqtts://broker:8884',
          address: { protocol: 'mqtts', host: 'broker', port: 8884, path: '' },
          version: 'auto',
          keepalive_s: 30,
          connect_ms: 10_000,
          verify_certificate: 'no',
          username: 'user',
          password: 'word',
          ca: authority.ca,
          certificate: own.certificate,
          private_key: own.private_key,
          server_name: 'broker.example',
        },
      )
    })
  })

  it('borrowed from what is no broker node are refused by name', () => {
    for (const node of [{}, { brokerurl: 'mqtt://a', options: null }, { brokerurl: 7, options: 'x' }]) {
      try {
        assert.equal(parseMqttSettings(borrowedSettings(node)).url, 'mqtt://a:1883')
      } catch (thrown) {
        assert.ok(thrown instanceof MonitorError && thrown.details.field === 'url')
      }
    }
  })

  it('borrowed have the usual time between signs of life where the node has one that is out of range', () => {
    for (const keepalive of ['0', 0, 4000, 'x', undefined]) {
      const settings = parseMqttSettings(borrowedSettings({ brokerurl: URL_OF_TEST, options: { keepalive } }))
      assert.equal(settings.keepalive_s, 60)
    }
  })
})
