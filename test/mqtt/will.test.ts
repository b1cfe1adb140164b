import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { AedesBroker } from '../support/aedes'
import { eventually } from '../support/broker-links'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { skipWithout } from '../support/skipping'
import type { Orders } from './linked-process'

/** A process with a link of its own. */
function run(orders: Orders): ChildProcess {
  return fork(join(__dirname, 'linked-process.js'), [JSON.stringify(orders)])
}

async function isOpen(child: ChildProcess): Promise<void> {
  for (;;) {
    const [state] = (await once(child, 'message')) as unknown[]
    if (state === 'open') return
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('a process that is killed', function () {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-will-'))
  let broker: Mosquitto

  before(async function () {
    skipWithout(whyNoMosquitto(), this)
    broker = await startMosquitto()
  })
  after(async () => {
    await Promise.all(children.map(kill))
    await broker?.stop()
    rmSync(folder, { recursive: true })
  })

  const opened = async (orders: Orders): Promise<ChildProcess> => {
    const child = run(orders)
    children.push(child)
    await isOpen(child)
    return child
  }

  it('is missed at once with MQTT 3.1.1', async () => {
    const person = await MqttPerson.at(broker.url, 4, 'old/#')
    const settings = { url: broker.url, version: '3.1.1', client_id: 'old' }
    await kill(await opened({ settings, farewell: 'old/state' }))
    assert.equal((await person.next('old/state')).payload, 'offline')
    await person.leave()
    const late = await MqttPerson.at(broker.url, 4, 'old/#')
    assert.equal((await late.next('old/state')).retain, true)
    await late.leave()
  })

  it('is missed after a while with MQTT 5, and not at all where it comes back soon', async () => {
    const person = await MqttPerson.at(broker.url, 4, 'new/#')
    const orders = (name: string) => ({
      settings: { url: broker.url, version: '5', client_id: `new-${name}` },
      farewell: `new/${name}`,
    })
    const [gone, back] = await Promise.all([opened(orders('gone')), opened(orders('back'))])
    await Promise.all([kill(gone), kill(back)])
    const again = await opened(orders('back'))
    assert.deepEqual(person.heard, [])
    await eventually(() => person.heard.length > 0)
    // Longer than its will would have waited.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    assert.deepEqual(
      person.heard.map(({ topic }) => topic),
      ['new/gone'],
    )
    await kill(again)
    await person.leave()
  })

  it('has lost nothing that it was to deliver', async () => {
    const away = await AedesBroker.start()
    const { url } = away
    await away.stop()
    const file = join(folder, 'occasions.json')
    const settings = { url, client_id: 'outbox' }
    const first = run({ settings, farewell: 'kasa/bridge/state', file, deliver: ['1', '2', '3'] })
    children.push(first)
    await eventually(() => existsSync(file) && readFileSync(file, 'utf8').includes('"3"'))
    await kill(first)
    await away.restart()
    const person = await MqttPerson.at(url)
    await opened({ settings, farewell: 'kasa/bridge/state', file, deliver: ['4'] })
    await person.next('kasa/plug/alert', '4')
    assert.deepEqual(
      person.heard.map(({ payload }) => payload),
      ['1', '2', '3', '4'],
    )
    await eventually(() => readFileSync(file, 'utf8').includes('"occasions":[]'))
    await person.leave()
    await Promise.all(children.map(kill))
    await away.stop()
  })
})
