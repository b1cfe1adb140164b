import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { CANARY } from '../../support/canary'
import { Authority } from '../../support/certificates'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { skipWithout } from '../../support/skipping'

const PATIENCE_MS = 60_000
const NOBODY_LISTENS = 'mqtt://127.0.0.1:9'
const USER = { name: 'kasa', password: CANARY.password }
const OPEN = /^no devices yet$/

inEachNodeRed('kasa-mqtt', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))
  afterEach(() => nodeRed.deploy([]))

  const broker = (settings: object = {}): FlowNode => ({ id: 'broker', type: 'kasa-mqtt', ...settings })
  const user: FlowNode = { id: 'user', type: 'kasa-homeassistant', broker: 'broker', wires: [[], [], []] }

  const wrong: [string, object, RegExp][] = [
    ['no address', {}, /^url: /],
    ['an address that is none', { url: 'elsewhere' }, /^url: "elsewhere" /],
    ['a client id with spaces', { url: NOBODY_LISTENS, client_id: 'a b' }, /^client_id: /],
    ['a time that is none', { url: NOBODY_LISTENS, keepalive_s: 1 }, /^keepalive_s: 1 .* from 5 to 3600 s$/],
    ['a core broker that is not there', { mqtt_broker: 'gone' }, /^mqtt_broker: "gone" .* mqtt-broker node/],
    ['a core broker that is something else', { mqtt_broker: 'user' }, /^mqtt_broker: "user" .* mqtt-broker node/],
    ['a TLS configuration that is not there', { url: 'mqtts://127.0.0.1', tls: 'gone' }, /^tls: "gone" .* tls-config/],
    ['an environment variable that is not set', { url: '${NOT_SET_ANYWHERE}' }, /^url: .* not set$/],
  ]
  for (const [title, settings, message] of wrong) {
    it(`names ${title}, and its nodes say that they need it`, async () => {
      await nodeRed.deploy([broker(settings), user])
      const [first = ''] = nodeRed.errors
      assert.match(first.replace(/^MonitorError: /, ''), message)
      await assert.rejects(nodeRed.send('user', { payload: [] }), { code: 'CONFIG_INVALID', message: /^broker: / })
    })
  }

  it('takes no password to a broker without TLS where a TLS configuration is chosen', async () => {
    const tls = { id: 'tls', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true }
    await nodeRed.deploy([tls, broker({ url: NOBODY_LISTENS, tls: 'tls' }), user])
    assert.match(nodeRed.errors[0] ?? '', /url: "mqtt:\/\/127\.0\.0\.1:9" .* mqtts:\/\/ or wss:\/\//)
  })

  it('says that a TLS configuration is broken', async () => {
    const tls = { id: 'tls', type: 'tls-config', cert: '', key: '', ca: '/nowhere/ca.pem', verifyservercert: true }
    await nodeRed.deploy([tls, broker({ url: 'mqtts://127.0.0.1:9', tls: 'tls' }), user])
    assert.match(nodeRed.errors.join('\n'), /tls: "tls" .* a tls-config that is set up without errors/)
  })

  describe('with a real Mosquitto', () => {
    let authority: Authority
    let secured: Mosquitto
    let ca: string
    before(async function () {
      this.timeout(PATIENCE_MS)
      skipWithout(whyNoMosquitto(), this)
      authority = new Authority()
      ca = join(nodeRedFolder(), 'ca.pem')
      writeFileSync(ca, authority.ca)
      secured = await startMosquitto({ user: USER, tls: authority.sign('a broker', 'IP:127.0.0.1') })
    })
    after(async () => {
      authority?.remove()
      await secured?.stop()
    })

    const nodeRedFolder = () => current().userDir
    const tls = (more: object = {}) => ({
      ...{ id: 'tls', type: 'tls-config', cert: '', key: '', ca, verifyservercert: true, ...more },
    })
    const core = (): FlowNode => ({
      ...{ id: 'core', type: 'mqtt-broker', broker: '127.0.0.1', port: String(secured.port), usetls: true, tls: 'tls' },
      ...{ clientid: '', autoConnect: true, keepalive: '60', cleansession: true, protocolVersion: '4' },
    })
    const login = { core: { user: USER.name, password: USER.password } }
    const own_login = { broker: { username: USER.name, password: USER.password } }

    it('borrows login and TLS from a core broker node', async () => {
      await nodeRed.deploy([tls(), core(), broker({ mqtt_broker: 'core' }), user], login)
      await nodeRed.status('user', OPEN)
      assert.deepEqual(nodeRed.errors, [])
    })

    it('follows a TLS configuration that is borrowed with it', async () => {
      const unknown = new Authority()
      try {
        const other = join(nodeRedFolder(), 'other.pem')
        writeFileSync(other, unknown.ca)
        await nodeRed.deploy([tls({ ca: other }), core(), broker({ mqtt_broker: 'core' }), user], login)
        await nodeRed.status('user', /^broker away: certificate refused$/)
        await nodeRed.deploy([tls(), core(), broker({ mqtt_broker: 'core' }), user], login)
        await nodeRed.status('user', OPEN)
      } finally {
        unknown.remove()
      }
    })

    it('has an address, a login and a TLS configuration of its own', async () => {
      await nodeRed.deploy([tls(), broker({ url: secured.url, tls: 'tls' }), user], own_login)
      await nodeRed.status('user', OPEN)
    })

    it('believes a certificate that nobody known has signed only where it is told to', async () => {
      await nodeRed.deploy([broker({ url: secured.url }), user], own_login)
      await nodeRed.status('user', /^broker away: certificate refused$/)
      await nodeRed.deploy([broker({ url: secured.url, verify_certificate: 'no' }), user], own_login)
      await nodeRed.status('user', OPEN)
    })

    it('speaks both versions of MQTT', async () => {
      for (const [version, protocol] of [
        ['5', 'p5'],
        ['3.1.1', 'p2'],
      ] as const) {
        await nodeRed.deploy([tls(), broker({ url: secured.url, tls: 'tls', version }), user], own_login)
        await nodeRed.status('user', OPEN)
        assert.match(secured.log(), new RegExp(`as kasa-user \\(${protocol}, `))
      }
    })
  })
})
