import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, before, describe, it } from 'mocha'
import type { ReceivedMessage } from '../../src/mqtt/broker'
import { eventually, WatchedLink, type LinkSettings } from '../support/broker-links'
import { FakeClock } from '../support/fake-clock'
import { fastClock } from '../support/fast-clock'
import { holdLoop } from '../support/hold-loop'
import { Inbox } from '../support/inbox'
import { startMosquitto, whyNoMosquitto, type Mosquitto, type MosquittoOptions } from '../support/mosquitto'
import { MqttPerson } from '../support/mqtt-person'
import { assertNothingLeft, resources } from '../support/resources'
import { skipWithout } from '../support/skipping'

const BRIDGE = { topic: 'kasa/bridge/state', payload: 'online', rank: 'bridge', qos: 1 } as const
const CONFIG = { topic: 'homeassistant/device/kasa_plug/config', payload: '{}', rank: 'discovery', qos: 1 } as const
/** Of MQTT 5: we are let in. */
const WELCOME = [0x20, 3, 0, 0, 0]
const state = (payload: string) => ({ topic: 'kasa/plug/state', payload, rank: 'state', qos: 1 }) as const

describe('a link whose broker goes away', function () {
  this.timeout(60_000)
  const links: WatchedLink[] = []
  const people: MqttPerson[] = []
  let broker: Mosquitto | undefined

  before(function () {
    skipWithout(whyNoMosquitto(), this)
  })

  afterEach(async () => {
    broker?.resume()
    await Promise.all(links.splice(0).map(({ link }) => link.stop()))
    await Promise.all(people.splice(0).map((person) => person.leave()))
    await broker?.stop()
    broker = undefined
  })

  const start = async (options: MosquittoOptions = {}): Promise<Mosquitto> => (broker = await startMosquitto(options))
  const open = async (settings: LinkSettings): Promise<WatchedLink> => {
    const link = await WatchedLink.open(settings)
    links.push(link)
    return link
  }
  const somebody = async (at: Mosquitto, filter?: string): Promise<MqttPerson> => {
    const person = await MqttPerson.at(at.url, 4, filter)
    people.push(person)
    return person
  }
  const isAway = async (server: Mosquitto, link: WatchedLink): Promise<void> => {
    await server.kill()
    await link.becomes('down')
  }

  for (const version of ['5', '3.1.1']) {
    it(`has everything there again, in order, after a crash that lost what was kept (MQTT ${version})`, async () => {
      const server = await start()
      const watched = await open({ url: server.url, version })
      for (const value of [state('1'), CONFIG, BRIDGE]) watched.link.keep(value)
      await watched.hasSent(3)
      await isAway(server, watched)
      for (let value = 2; value <= 500; value++) watched.link.keep(state(String(value)))
      await server.run()
      const person = await somebody(server)
      await person.next(state('').topic, '500')
      assert.deepEqual(
        person.heard.map(({ topic, payload }) => [topic, payload]),
        [
          [BRIDGE.topic, 'online'],
          [CONFIG.topic, '{}'],
          [state('').topic, '500'],
        ],
      )
    })
  }

  it('says everything again to a broker that has kept it', async () => {
    const server = await start({ persistent: true })
    const watched = await open({ url: server.url })
    watched.link.keep(state('on'))
    await watched.hasSent(1)
    await server.shutDown()
    await watched.becomes('down')
    watched.link.keep(state('off'))
    await server.run()
    const person = await somebody(server)
    const first = await person.next(state('').topic)
    if (first.payload === 'on') await person.next(state('').topic, 'off')
    await watched.becomes('open')
    await watched.hasSent(2)
  })

  it('hears again what it has listened to', async () => {
    const server = await start()
    const watched = await open({ url: server.url })
    const received = new Inbox<ReceivedMessage>()
    watched.link.subscribe('kasa/+/set', (message) => received.push('set', message))
    await isAway(server, watched)
    await server.run()
    await watched.becomes('open')
    const person = await somebody(server)
    await person.say('kasa/plug/set', 'on', { qos: 0 })
    assert.equal((await received.next('set')).payload, 'on')
  })

  it('delivers then what has happened meanwhile, and not what was only to be told at once', async () => {
    const server = await start()
    const watched = await open({ url: server.url })
    watched.link.keep(CONFIG)
    await isAway(server, watched)
    for (const payload of ['1', '2', '3']) watched.link.deliver({ topic: 'kasa/plug/alert', payload, qos: 1 })
    watched.link.tell({ topic: 'kasa/plug/result', payload: 'late', qos: 1 })
    assert.deepEqual([watched.link.status().waiting, watched.link.status().dropped], [3, 1])
    await server.run()
    const person = await somebody(server)
    await person.next('kasa/plug/alert', '3')
    assert.deepEqual(
      person.heard.map(({ payload }) => payload),
      ['{}', '1', '2', '3'],
    )
    await eventually(() => watched.link.status().waiting === 0)
  })

  it('reports one outage once, however long it takes', async () => {
    const server = await start()
    const watched = await open({ url: server.url, clock: fastClock(20) })
    await isAway(server, watched)
    const { length } = watched.reports
    // As many attempts as most of a minute has.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    assert.equal(watched.link.status().error?.code, 'BROKER_UNAVAILABLE')
    await server.run()
    await watched.becomes('open')
    assert.deepEqual([length, watched.codes], [1, ['BROKER_UNAVAILABLE']])
    assert.equal(watched.link.status().error, undefined)
  })

  it('gives up a connection on which nothing is confirmed any more', async () => {
    const server = await start()
    const watched = await open({ url: server.url, clock: fastClock(10) })
    server.pause()
    watched.link.keep(state('on'))
    await watched.becomes('down')
    assert.match(watched.link.status().error?.message ?? '', /does not answer/)
    server.resume()
    await watched.becomes('open')
    const person = await somebody(server)
    assert.equal((await person.next(state('').topic)).payload, 'on')
  })

  it('ends within 3 s, whatever hangs', async () => {
    const server = await start()
    const clock = new FakeClock()
    const watched = await open({ url: server.url, clock })
    server.pause()
    for (let at = 0; at < 200; at++) watched.link.keep({ ...state('on'), topic: `kasa/${at}/state` })
    let has_ended = false
    const ended = watched.link.stop().then(() => (has_ended = true))
    await clock.advanceSlowly(2900)
    await ended
    assert.deepEqual([has_ended, clock.pending, watched.link.status().state], [true, 0, 'closed'])
  })
})

describe('a link to somebody who is no broker', () => {
  const servers: Server[] = []
  afterEach(() => servers.splice(0).forEach((server) => server.close()))

  const serve = async (answer: (socket: Socket) => void): Promise<string> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      answer(socket)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('gives up where nothing is said, tries again, and ends at once when it is to', async () => {
    const clock = new FakeClock()
    const watched = new WatchedLink({ url: await serve(() => undefined), clock, connect_ms: 10_000 })
    await watched.link.start()
    clock.advance(9999)
    assert.equal(watched.link.status().state, 'connecting')
    clock.advance(1)
    assert.deepEqual([watched.link.status().state, watched.codes], ['down', ['BROKER_UNAVAILABLE']])
    assert.match(watched.reports[0]?.message ?? '', /did not answer within 10 s/)
    clock.advance(1000)
    await watched.link.stop()
    assert.deepEqual([clock.pending, watched.link.status().state], [0, 'closed'])
  })

  it('says so where the answer is not MQTT', async () => {
    const url = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    for (const version of ['auto', '5', '3.1.1']) {
      const watched = new WatchedLink({ url, version })
      await watched.link.start()
      await watched.becomes('down')
      assert.deepEqual(watched.codes, ['BROKER_UNAVAILABLE'])
      await watched.link.stop()
    }
  })

  it('takes any bytes that are sent to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 200 }), async (welcomed, bytes) => {
        const welcome = welcomed ? WELCOME : []
        const url = await serve((socket) => socket.once('data', () => socket.end(Buffer.from([...welcome, ...bytes]))))
        const watched = new WatchedLink({ url, version: '5' })
        await watched.link.start()
        await watched.becomes('down')
        await watched.link.stop()
        servers.pop()?.close()
      }),
      { numRuns: 50 },
    )
  })

  it('takes what comes of a delivery that it knows nothing of, while it ends', async () => {
    const releases = Array.from({ length: 50 }, (_, id) => [0x62, 2, 0, id + 1]).flat()
    const rubbish = [0, 0]
    const bytes = Buffer.from([...WELCOME, ...releases, ...rubbish])
    const url = await serve((socket) => socket.once('data', () => socket.end(bytes)))
    for (let round = 0; round < 20; round++) {
      const watched = new WatchedLink({ url, version: '5' })
      await watched.link.start()
      await watched.becomes('down')
      await watched.link.stop()
    }
  })

  it('leaves nothing behind, whenever it is stopped', async () => {
    const url = await serve((socket) => socket.once('data', () => socket.write(Buffer.from(WELCOME))))
    const at_first = resources()
    for (let round = 0; round < 50; round++) {
      const watched = new WatchedLink({ url, version: '5', clock: fastClock(10) })
      await watched.link.start()
      if (round % 3 === 1) await new Promise((resolve) => setImmediate(resolve))
      if (round % 3 === 2) await watched.becomes('open')
      await watched.link.stop()
    }
    await assertNothingLeft(at_first)
  })

  it('leaves nothing behind where the event loop is held while it is stopped', async () => {
    const url = await serve((socket) => socket.resume())
    const at_first = resources()
    const { link } = new WatchedLink({ url, version: '5', clock: fastClock(10) })
    await link.start()
    // From where a socket has closed, timers come before another one closes.
    const other = connect(Number(new URL(url).port), '127.0.0.1', () => other.destroy())
    await once(other, 'close')
    const stopping = link.stop()
    holdLoop(80)
    await stopping
    await assertNothingLeft(at_first)
  })
})
