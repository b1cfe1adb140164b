import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect, type MqttClient } from 'mqtt'
import { after, afterEach, before, describe, it } from 'mocha'
import { eventually, WatchedLink } from '../support/broker-links'
import { FakeClock } from '../support/fake-clock'
import { fastClock } from '../support/fast-clock'
import { startMosquitto, whyNoMosquitto, type Mosquitto } from '../support/mosquitto'
import { skipWithout } from '../support/skipping'

const SHARED_ID = 'kasa-shared'
/** Of MQTT 5: it lets us in, and ends the connection with reason 142. */
const WELCOME = [0x20, 3, 0, 0, 0]
const TAKEN_OVER = [0xe0, 2, 142, 0]
const LONGEST_PAUSE_S = 60

describe('two clients with one id', function () {
  this.timeout(60_000)
  let broker: Mosquitto
  const links: WatchedLink[] = []
  let other: MqttClient | undefined

  before(function () {
    skipWithout(whyNoMosquitto(), this)
  })
  afterEach(async () => {
    await other?.endAsync(true)
    other = undefined
    await Promise.all(links.splice(0).map(({ link }) => link.stop()))
    await broker?.stop()
  })

  const open = async (version: string): Promise<WatchedLink> => {
    const watched = await WatchedLink.open({ url: broker.url, version, client_id: SHARED_ID, clock: fastClock(5) })
    links.push(watched)
    return watched
  }

  it('are told of it by how soon connections end, and come back less and less often', async () => {
    broker = await startMosquitto()
    const first = await open('5')
    const second = await open('5')
    await eventually(() => [first, second].every(({ codes }) => codes.includes('BROKER_ID_TAKEN')))
    // In twenty seconds of theirs two clients that come back after a second would do so forty times.
    await new Promise((resolve) => setTimeout(resolve, 4000))
    const codes = ['BROKER_UNAVAILABLE', 'BROKER_ID_TAKEN']
    assert.deepEqual([first.codes, second.codes], [codes, codes])
    assert.match(first.reports[1]?.message ?? '', /another client may use the client id kasa-shared/)
    const connections = broker.log().match(/New client connected/g)?.length ?? 0
    assert.ok(connections < 20, `${connections} connections`)
  })

  it('are told of it where the other one comes back at once for ever (MQTT 3.1.1)', async () => {
    broker = await startMosquitto()
    const watched = await open('3.1.1')
    other = connect(broker.url, { clientId: SHARED_ID, reconnectPeriod: 100, protocolVersion: 4 })
    await eventually(() => watched.codes.includes('BROKER_ID_TAKEN'))
    assert.deepEqual(watched.codes, ['BROKER_UNAVAILABLE', 'BROKER_ID_TAKEN'])
  })
})

describe('another client with our id that comes back as seldom as we do', () => {
  const clock = new FakeClock()
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(Buffer.from(WELCOME)))
    sockets.push(socket)
  })
  let watched: WatchedLink

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    watched = new WatchedLink({ url, version: '5', clock })
    await watched.link.start()
  })
  after(async () => {
    const stopped = watched.link.stop()
    await clock.advanceSlowly(5000)
    await stopped
    server.close()
  })

  const hasIt = async (for_s: number) => {
    await watched.becomes('open')
    clock.advance(for_s * 1000)
    sockets.pop()?.end()
    await watched.becomes('down')
  }
  const told = ['BROKER_UNAVAILABLE', 'BROKER_ID_TAKEN']

  it('is told of once, for as long as that goes on', async () => {
    for (let turn = 0; turn < 30; turn++) {
      const pause_s = Math.min(2 ** turn, LONGEST_PAUSE_S)
      await hasIt(pause_s + 0.1)
      clock.advance(pause_s * 1000)
    }
    assert.deepEqual(watched.codes, told)
  })

  it('is told of again when it comes after ten minutes of peace', async () => {
    const before = watched.codes.length
    await hasIt(600)
    for (const pause_s of [1, 2, 4]) {
      clock.advance(pause_s * 1000)
      await hasIt(1)
    }
    assert.deepEqual(watched.codes.slice(before), told)
  })
})

describe('a broker that says that another client has our id', () => {
  it('is reported once', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(Buffer.from([...WELCOME, ...TAKEN_OVER])))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const watched = new WatchedLink({ url, version: '5', clock: fastClock(5) })
    let losses = 0
    watched.link.watch(() => (losses += watched.link.status().state === 'down' ? 1 : 0))
    await watched.link.start()
    await eventually(() => losses >= 3)
    await watched.link.stop()
    server.close()
    assert.deepEqual(watched.codes, ['BROKER_ID_TAKEN'])
    assert.match(watched.reports[0]?.message ?? '', /give each its own/)
  })
})
