import assert from 'node:assert/strict'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { VersionChoice } from '../../src/mqtt/version-choice'
import { AedesBroker } from '../support/aedes'
import { eventually, WatchedLink } from '../support/broker-links'
import { fastClock } from '../support/fast-clock'

/** Where the version stands in what a client says first (MQTT 3.1.1, section 3.1.2.2). */
const VERSION_AT = 8

/** Hangs up on whoever speaks MQTT 5; behind it is a broker that speaks 3.1.1. */
class HangingUp {
  readonly versions: number[] = []
  private readonly sockets = new Set<Socket>()
  private readonly server: Server

  constructor(broker: AedesBroker) {
    this.server = createServer((socket) => {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', (hello: Buffer) => {
        const version = hello[VERSION_AT] ?? 0
        this.versions.push(version)
        if (version === 5) return socket.destroy()
        const other = connect(broker.port, '127.0.0.1')
        other.on('error', () => undefined)
        other.write(hello)
        socket.pipe(other).pipe(socket)
        socket.on('close', () => other.destroy())
        other.on('close', () => socket.destroy())
        return undefined
      })
    })
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `mqtt://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  drop(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  stop(): void {
    this.drop()
    this.server.close()
  }
}

describe('the version of MQTT', () => {
  let broker: AedesBroker
  let watched: WatchedLink | undefined

  beforeEach(async () => {
    broker = await AedesBroker.start()
  })
  afterEach(async () => {
    await watched?.link.stop()
    await broker.stop()
  })

  const status = () => {
    const { state, version } = watched?.link.status() ?? {}
    return [state, version]
  }

  it('is 3.1.1 with a broker that refuses 5, without a word of it', async () => {
    watched = await WatchedLink.open({ url: broker.url })
    assert.deepEqual([status(), watched.codes], [['open', '3.1.1'], []])
  })

  it('is 3.1.1 with a broker that hangs up on 5, then and later', async () => {
    const proxy = new HangingUp(broker)
    try {
      watched = await WatchedLink.open({ url: await proxy.start(), clock: fastClock(5) })
      assert.deepEqual([status(), watched.codes], [['open', '3.1.1'], []])
      proxy.drop()
      await watched.becomes('down')
      await watched.becomes('open')
      assert.deepEqual(proxy.versions, [5, 4, 4])
    } finally {
      await watched?.link.stop()
      proxy.stop()
    }
  })

  it('is tried anew with a broker that hangs up on both', async () => {
    const seen: number[] = []
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (hello: Buffer) => {
        seen.push(hello[VERSION_AT] ?? 0)
        socket.destroy()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    watched = new WatchedLink({ url, clock: fastClock(10) })
    await watched.link.start()
    await eventually(() => seen.length >= 4)
    server.close()
    assert.deepEqual([seen.slice(0, 4), watched.codes], [[5, 4, 5, 4], ['BROKER_UNAVAILABLE']])
  })

  it('that a person has chosen is the only one that is tried', () => {
    const versions = new VersionChoice('3.1.1')
    assert.equal(versions.failed('version'), false)
    assert.equal(versions.version, '3.1.1')
  })

  it('stays what it was while a broker is down', () => {
    const versions = new VersionChoice('auto')
    versions.opened()
    for (let at = 0; at < 3; at++) assert.equal(versions.failed('silence'), false)
    assert.equal(versions.version, '5')
    assert.equal(versions.failed('version'), true)
    assert.equal(versions.version, '3.1.1')
  })
})
