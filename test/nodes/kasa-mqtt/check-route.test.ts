import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { BrokerExamination } from '../../../src/mqtt/examine-broker'
import { assertNoSecret, CANARY } from '../../support/canary'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../../support/mosquitto'
import { inOneNodeRed } from '../../support/node-red'
import { skipWithout } from '../../support/skipping'

const USER = { name: 'kasa', password: CANARY.password }

inOneNodeRed('Testing a broker in the dialog of kasa-mqtt', (nodeRed) => {
  const ask = (settings: object, credentials: object) =>
    fetch(`${nodeRed().url}/kasa-monitor/brokers/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'broker', settings, credentials }),
    })
  const examine = async (settings: object, credentials: object = {}) => {
    const reply = await ask(settings, credentials)
    const text = await reply.text()
    assert.equal(reply.status, 200, text)
    assertNoSecret({ answer: text })
    return (JSON.parse(text) as { examination: BrokerExamination & { name: string } }).examination
  }
  const refusal = async (settings: object, credentials: object = {}) => {
    const reply = await ask(settings, credentials)
    const text = await reply.text()
    assert.equal(reply.status, 400, text)
    assertNoSecret({ answer: text })
    return (JSON.parse(text) as { error: { field?: string } }).error.field
  }

  it('says that no broker is there', async () => {
    const { version, code, advice } = await examine({ url: 'mqtt://127.0.0.1:9' }, CANARY)
    assert.deepEqual([version, code], [undefined, 'BROKER_UNAVAILABLE'])
    assert.match(advice.join(), /^mqtt:\/\/127\.0\.0\.1:9: no broker listens there$/)
  })

  it('names what is wrong in the form, and repeats no secret', async () => {
    assert.equal(await refusal({ url: '' }), 'url')
    assert.equal(await refusal({ url: 'elsewhere' }), 'url')
    assert.equal(await refusal({ url: `mqtt://kasa:${CANARY.password}@127.0.0.1` }), 'url')
    assert.equal(await refusal({ url: 'mqtt://127.0.0.1', connect_ms: 0 }), 'connect_ms')
    assert.equal(await refusal({ url: 'mqtt://127.0.0.1' }, { password: CANARY.password }), 'username')
    assert.equal(await refusal({ url: 'mqtt://127.0.0.1' }, { password: '${NOT_SET_ANYWHERE}' }), 'password')
    assert.equal(await refusal({ mqtt_broker: 'not deployed yet' }), 'mqtt_broker')
    assert.equal(await refusal({ url: 'mqtts://127.0.0.1', tls: 'not deployed yet' }), 'tls')
  })

  describe('with a real one', () => {
    let open: Mosquitto
    let closed: Mosquitto
    let forgetful: Mosquitto
    before(async function () {
      this.timeout(60_000)
      skipWithout(whyNoMosquitto(), this)
      open = await startMosquitto()
      closed = await startMosquitto({ user: USER })
      forgetful = await startMosquitto({ lines: ['retain_available false'] })
    })
    after(() => Promise.all([open?.stop(), closed?.stop(), forgetful?.stop()]))

    it('says which version it speaks, how fast it answers, and that it keeps retained messages', async () => {
      const { name, version, latency_ms, keeps_retained, advice } = await examine({ url: open.url })
      assert.deepEqual([name, version, keeps_retained, advice], [open.url, '5', true, []])
      assert.ok(Number(latency_ms) > 0)
      assert.equal((await examine({ url: open.url, version: '3.1.1' })).version, '3.1.1')
    })

    it('says that it keeps no retained messages', async () => {
      const { keeps_retained, advice } = await examine({ url: forgetful.url })
      assert.notEqual(keeps_retained, true)
      assert.match(advice.join(), /retain/)
    })

    it('says that the login is refused, or accepted', async () => {
      const { code, version } = await examine({ url: closed.url }, CANARY)
      assert.deepEqual([code, version], ['BROKER_LOGIN_REFUSED', undefined])
      const accepted = await examine({ url: closed.url }, { username: USER.name, password: USER.password })
      assert.equal(accepted.keeps_retained, true)
    })

    it('uses the password that was deployed where none was typed', async () => {
      const node = { id: 'broker', type: 'kasa-mqtt', url: closed.url }
      await nodeRed().deploy([node], { broker: { username: USER.name, password: USER.password } })
      const { version } = await examine({ url: closed.url }, { username: USER.name, password: '__PWRD__' })
      assert.equal(version, '5')
    })

    it('asks the broker of a core node as that is deployed, whatever else stands in the form', async () => {
      const core = {
        id: 'core',
        type: 'mqtt-broker',
        broker: '127.0.0.1',
        port: String(closed.port),
        autoConnect: true,
      }
      await nodeRed().deploy([{ ...core, usetls: false, keepalive: '60', cleansession: true }], {
        core: { user: USER.name, password: USER.password },
      })
      const { name, version } = await examine({ mqtt_broker: 'core', url: 'elsewhere' })
      assert.deepEqual([name, version], [closed.url, '5'])
    })
  })
})
