import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { after, afterEach, before, describe, it } from 'mocha'
import type { ErrorCode } from '../../src/domain/errors'
import { assertNoSecret, CANARY, shown } from '../support/canary'
import { AedesBroker } from '../support/aedes'
import { WatchedLink, type LinkSettings } from '../support/broker-links'
import { Authority } from '../support/certificates'
import { fastClock } from '../support/fast-clock'
import { startMosquitto, whyNoMosquitto, type Mosquitto, type MosquittoOptions } from '../support/mosquitto'
import { skipWithout } from '../support/skipping'

const USER = { name: 'kasa', password: CANARY.password }
/** Whatever anybody can print of a link. */
const seenOf = ({ link, reports }: WatchedLink) => ({
  link: shown(link),
  hidden: inspect(link, { depth: 8, showHidden: true }),
  status: shown(link.status()),
  reports: shown(reports),
})
const LOGIN = { username: USER.name, password: USER.password }

describe('access to a broker', function () {
  this.timeout(60_000)
  const links: WatchedLink[] = []
  const brokers: { stop(): Promise<void> }[] = []
  let authority: Authority

  before(function () {
    skipWithout(whyNoMosquitto(), this)
    authority = new Authority()
  })
  afterEach(async () => {
    await Promise.all(links.splice(0).map(({ link }) => link.stop()))
    await Promise.all(brokers.splice(0).map((broker) => broker.stop()))
  })
  after(() => authority?.remove())

  const start = async (options: MosquittoOptions): Promise<Mosquitto> => {
    const broker = await startMosquitto(options)
    brokers.push(broker)
    return broker
  }
  const link = async (settings: LinkSettings): Promise<WatchedLink> => {
    const watched = new WatchedLink({ clock: fastClock(5), ...settings })
    links.push(watched)
    await watched.link.start()
    return watched
  }
  const works = async (settings: LinkSettings): Promise<WatchedLink> => {
    const watched = await link(settings)
    await watched.becomes('open')
    watched.link.keep({ topic: 'kasa/plug/state', payload: 'on', rank: 'state', qos: 1 })
    await watched.hasSent(1)
    assert.deepEqual(watched.codes, [])
    return watched
  }
  const isRefused = async (settings: LinkSettings, code: ErrorCode, text: RegExp): Promise<WatchedLink> => {
    const watched = await link(settings)
    await watched.becomes('down')
    assert.equal(watched.link.status().error?.code, code)
    assert.match(watched.link.status().error?.message ?? '', text)
    assert.deepEqual(watched.codes, [code])
    return watched
  }

  for (const version of ['5', '3.1.1']) {
    it(`tries a wrong password again and again, reports it once, and is in once it is right (MQTT ${version})`, async () => {
      const broker = await start({ user: { ...USER, password: 'another' } })
      const watched = await isRefused({ url: broker.url, version, ...LOGIN }, 'BROKER_LOGIN_REFUSED', /password/)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      assert.deepEqual(watched.codes, ['BROKER_LOGIN_REFUSED'])
      await broker.shutDown()
      await broker.run({ user: USER })
      await watched.becomes('open')
      assertNoSecret(seenOf(watched))
    })
  }

  it('reports once what the user may not publish, and goes on', async () => {
    const access = [`user ${USER.name}`, 'topic readwrite kasa/#']
    const broker = await start({ user: USER, access })
    const watched = await link({ url: broker.url, ...LOGIN })
    await watched.becomes('open')
    for (const topic of ['homeassistant/1/config', 'homeassistant/2/config', 'kasa/plug/state']) {
      watched.link.keep({ topic, payload: 'x', rank: 'state', qos: 1 })
    }
    await watched.hasSent(1)
    assert.deepEqual([watched.codes, watched.link.status().dropped], [['BROKER_LOGIN_REFUSED'], 2])
    assert.match(watched.reports[0]?.message ?? '', /homeassistant\/1\/config/)
    assert.equal(watched.link.status().state, 'open')
  })

  it('sends nothing that is larger than the broker says that it takes', async () => {
    const broker = await start({ lines: ['max_packet_size 2000'] })
    const watched = await link({ url: broker.url })
    await watched.becomes('open')
    watched.link.keep({ topic: 'kasa/large', payload: 'x'.repeat(3000), rank: 'state', qos: 1 })
    watched.link.keep({ topic: 'kasa/small', payload: 'x', rank: 'state', qos: 1 })
    await watched.hasSent(1)
    const { state, dropped } = watched.link.status()
    assert.deepEqual([watched.codes, state, dropped], [['BROKER_UNSUPPORTED'], 'open', 1])
  })

  it('reports a broker that retains nothing', async () => {
    const broker = await start({ lines: ['retain_available false'] })
    await isRefused({ url: broker.url }, 'BROKER_UNSUPPORTED', /retained/)
  })

  describe('by TLS', () => {
    it('believes a broker whose CA it was given', async () => {
      const tls = authority.sign('broker', 'IP:127.0.0.1')
      const broker = await start({ tls })
      await works({ url: broker.url, ca: authority.ca })
    })

    it('believes nobody else, unless it is told to', async () => {
      const broker = await start({ tls: authority.sign('broker', 'IP:127.0.0.1') })
      await isRefused({ url: broker.url }, 'BROKER_CERTIFICATE_REFUSED', /give the CA/)
      const other = new Authority()
      await isRefused({ url: broker.url, client_id: 'b', ca: other.ca }, 'BROKER_CERTIFICATE_REFUSED', /give the CA/)
      other.remove()
      await works({ url: broker.url, client_id: 'c', verify_certificate: 'no' })
    })

    it('wants the name of the host in the certificate, or the name that it was given', async () => {
      const broker = await start({ tls: authority.sign('broker', 'DNS:broker.example') })
      await isRefused({ url: broker.url, ca: authority.ca }, 'BROKER_CERTIFICATE_REFUSED', /another name/)
      await works({ url: broker.url, client_id: 'b', ca: authority.ca, server_name: 'broker.example' })
    })

    it('shows its own certificate, the key of which may have a passphrase', async () => {
      const broker = await start({ tls: { ...authority.sign('broker', 'IP:127.0.0.1'), client_ca: authority.ca } })
      const { certificate, private_key } = authority.sign('kasa', undefined, CANARY.password)
      const passphrase = CANARY.password
      const watched = await works({ url: broker.url, ca: authority.ca, certificate, private_key, passphrase })
      assertNoSecret(seenOf(watched))
    })

    it('says that the broker wants a certificate', async () => {
      const broker = await start({ tls: { ...authority.sign('broker', 'IP:127.0.0.1'), client_ca: authority.ca } })
      const watched = await link({ url: broker.url, ca: authority.ca })
      await watched.becomes('down')
      assert.equal(watched.link.status().error?.code, 'BROKER_CERTIFICATE_REFUSED')
    })

    it('says so where one side speaks TLS and the other does not', async () => {
      const [secured, plain] = [await start({ tls: authority.sign('broker', 'IP:127.0.0.1') }), await start({})]
      const at = (scheme: string, port: number) => `${scheme}://127.0.0.1:${port}`
      await isRefused({ url: at('mqtts', plain.port), ca: authority.ca }, 'BROKER_UNAVAILABLE', /TLS/)
      await isRefused({ url: at('mqtt', secured.port) }, 'BROKER_UNAVAILABLE', /TLS/)
    })
  })

  describe('by WebSocket', () => {
    it('works as by TCP', async () => {
      const broker = await start({ websockets: true, user: USER })
      const watched = await works({ url: broker.url, ...LOGIN })
      assert.equal(watched.link.status().version, '5')
    })

    it('works with TLS and a name of its own', async () => {
      const broker = await start({ websockets: true, tls: authority.sign('broker', 'DNS:broker.example') })
      await isRefused({ url: broker.url, ca: authority.ca }, 'BROKER_CERTIFICATE_REFUSED', /another name/)
      await works({ url: broker.url, client_id: 'b', ca: authority.ca, server_name: 'broker.example' })
    })

    it('ends while it is connecting', async () => {
      const broker = await start({ websockets: true })
      const watched = await link({ url: broker.url })
      await watched.link.stop()
      assert.equal(watched.link.status().state, 'closed')
    })
  })

  it('says which version a broker does not speak', async () => {
    const broker = await AedesBroker.start()
    brokers.push(broker)
    await isRefused({ url: broker.url, version: '5' }, 'BROKER_UNSUPPORTED', /version/)
  })
})
