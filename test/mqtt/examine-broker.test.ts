import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, it } from 'mocha'
import { systemClock } from '../../src/domain/clock'
import { examineBroker, type BrokerExamination } from '../../src/mqtt/examine-broker'
import { parseMqttSettings } from '../../src/mqtt/mqtt-settings'
import { AedesBroker } from '../support/aedes'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { skipWithout } from '../support/skipping'

const USER = { name: 'kasa', password: 'secret' }
const run = promisify(execFile)

describe('the test of a broker', function () {
  this.timeout(30_000)
  const brokers: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.stop()
  })

  const examine = (given: Readonly<Record<string, unknown>>): Promise<BrokerExamination> =>
    examineBroker(parseMqttSettings(given), systemClock)

  it('says which version is spoken, how long an answer takes, and leaves nothing behind', async function () {
    skipWithout(whyNoMosquitto(), this)
    const broker = await startMosquitto()
    brokers.push(broker)
    const { latency_ms = -1, ...found } = await examine({ url: broker.url })
    assert.deepEqual(found, { version: '5', keeps_retained: true, advice: [] })
    assert.ok(latency_ms >= 0)
    const person = await MqttPerson.at(broker.url)
    await person.say('end', 'x')
    await person.next('end')
    assert.equal(person.heard.length, 1)
    await person.leave()
  })

  it('finds 3.1.1 where 5 is refused', async () => {
    const broker = await AedesBroker.start()
    brokers.push(broker)
    const { version, keeps_retained } = await examine({ url: broker.url })
    assert.deepEqual([version, keeps_retained], ['3.1.1', true])
  })

  it('says that the login is refused', async function () {
    skipWithout(whyNoMosquitto(), this)
    const broker = await startMosquitto({ user: USER })
    brokers.push(broker)
    const { code, advice } = await examine({ url: broker.url, username: 'kasa', password: 'wrong' })
    assert.equal(code, 'BROKER_LOGIN_REFUSED')
    assert.match(advice.join(), /password/)
    assert.doesNotMatch(advice.join(), /wrong/)
  })

  it('says what the user may not do', async function () {
    skipWithout(whyNoMosquitto(), this)
    const broker = await startMosquitto({ user: USER, access: ['user kasa', 'topic readwrite other/#'] })
    brokers.push(broker)
    const login = { username: USER.name, password: USER.password }
    const refused = await examine({ url: broker.url, ...login, version: '5' })
    assert.deepEqual([refused.version, refused.code], ['5', 'BROKER_LOGIN_REFUSED'])
    assert.match(refused.advice.join(), /kasa\/test/)
    // MQTT 3.1.1 has no word for it.
    const silent = await examine({ url: broker.url, ...login, version: '3.1.1' })
    assert.deepEqual([silent.version, silent.keeps_retained], ['3.1.1', false])
    assert.match(silent.advice.join(), /may not publish/)
  })

  it('says that nobody listens there', async () => {
    const broker = await AedesBroker.start()
    await broker.stop()
    const { code, advice } = await examine({ url: broker.url })
    assert.equal(code, 'BROKER_UNAVAILABLE')
    assert.match(advice.join(), /no broker listens/)
  })

  it('says that the package is missing where it is', async () => {
    const script = `
      const Module = require('node:module')
      const load = Module._load
      Module._load = (name, ...rest) => {
        if (name === 'mqtt') throw new Error('not installed')
        return load(name, ...rest)
      }
      const { examineBroker } = require('./examine-broker')
      const { parseMqttSettings } = require('./mqtt-settings')
      const { systemClock } = require('../domain/clock')
      examineBroker(parseMqttSettings({ url: 'mqtt://127.0.0.1' }), systemClock).then((found) => console.log(JSON.stringify(found)))
    `
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: join(__dirname, '..', '..', 'src', 'mqtt') })
    const { code, advice } = JSON.parse(stdout) as BrokerExamination
    assert.equal(code, 'BROKER_UNSUPPORTED')
    assert.match(advice.join(), /not installed/)
  })
})
