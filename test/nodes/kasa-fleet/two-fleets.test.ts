import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Device } from '../../../src/domain/device'
import type { Reading } from '../../../src/domain/reading'
import type { SimulatedDevice } from '../../../src/simulator'
import { inOneNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { RedisServer, whyNoRedis } from '../../support/redis-servers'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

const FASTEST_S = 1
const ATTEMPTS = 20
/** Mostly enough until a change is in Redis, and told to others. */
const SPREAD_MS = 100

inOneNodeRed('Two fleets with one plug', (current) => {
  const simulator = simulatorFor((home) => void home.addPlug({ alias: 'Kettle', power: 42 }))
  const plug = () => simulator().devices[0] as SimulatedDevice
  let nodeRed: NodeRed
  before(() => void (nodeRed = current()))

  /** Two that poll rarely, each with a cache: as two Node-REDs, where each has its own. */
  async function deploy(...stores: FlowNode[]): Promise<void> {
    const slow = { fastest_s: FASTEST_S, slowest_s: 120, sensitivity: 0.1 }
    const flow = ['a', 'b'].flatMap((name, index) => [
      { ...fleetNode(simulator(), [plug()], slow), id: `fleet-${name}`, cache: (stores[index] ?? stores[0])?.id },
      { id: name, type: 'kasa-poll', fleet: `fleet-${name}`, wires: [[`readings-${name}`], []] },
    ])
    await nodeRed.deploy([...stores, ...flow])
    for (const name of ['a', 'b']) await nodeRed.status(name, /^1 of 1 online$/)
  }

  async function ask(name: string): Promise<Reading> {
    const ticket = Math.random()
    await nodeRed.send(name, { topic: 'Kettle', ticket })
    for (;;) {
      const message = await nodeRed.receive(`readings-${name}`)
      if (message.ticket === ticket) return message.payload as Reading
    }
  }

  /** What the plug has said to this fleet just now. */
  async function poll(name: string): Promise<Reading> {
    for (;;) {
      const found = await ask(name)
      if (found.source === 'poll') return found
      await pause(50)
    }
  }

  /** Asks one fleet and then the other; in between, either may poll by itself, and another attempt is made. */
  async function askBoth(): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const first = await poll('a')
      await pause(SPREAD_MS)
      const { requests } = plug().requests
      const second = await ask('b')
      if (second.timestamp !== first.timestamp || second.latency_ms !== first.latency_ms) continue
      assert.equal(second.source, 'cache')
      assert.equal(second.power_w, first.power_w)
      assert.equal(plug().requests.requests, requests)
      return true
    }
    return false
  }

  it('ask it once for both of them, where they share a cache', async function () {
    this.timeout(60_000)
    await deploy({ id: 'store', type: 'kasa-cache-store' })
    assert.ok(await askBoth(), 'it was always asked twice')
  })

  describe('and a cache each, in front of one Redis', () => {
    const reason = whyNoRedis()
    if (reason !== undefined) {
      it.skip(`not run: ${reason}`)
      return
    }
    let redis: RedisServer
    before(async () => void (redis = await RedisServer.start()))
    after(() => redis.stop())

    const stores = () =>
      ['a', 'b'].map((name) => ({
        id: `store-${name}`,
        type: 'kasa-cache-store',
        redis_url: redis.url,
        timeout_ms: 500,
      }))
    const get: FlowNode = {
      id: 'get',
      type: 'kasa-cache',
      store: 'store-b',
      operation: 'get',
      wires: [['hit'], ['miss']],
    }

    it('ask it once for both of them', async function () {
      this.timeout(60_000)
      await deploy(...stores())
      for (const { id } of stores()) await nodeRed.status(id, /^memory and Redis$/)
      assert.ok(await askBoth(), 'it was always asked twice')
    })

    it('give its last reading, and what it is, to flows of either', async function () {
      this.timeout(60_000)
      await deploy(...stores(), get)
      const first = await poll('a')
      const shared = async () => {
        await nodeRed.send('get', { topic: `live:${plug().device_id}` })
        return (await nodeRed.receive('hit')).payload as Reading
      }
      let live = await shared()
      while (live.timestamp < first.timestamp) live = await shared()
      assert.equal(live.source, 'cache')
      await nodeRed.send('get', { topic: `device:${plug().device_id}` })
      const device = (await nodeRed.receive('hit')).payload as Device
      assert.deepEqual([device.alias, device.kind], ['Kettle', 'plug'])
    })

    it('go on polling, each for itself, when the Redis is gone', async function () {
      this.timeout(60_000)
      await deploy(...stores())
      await redis.kill()
      for (const name of ['a', 'b', 'a', 'b']) await poll(name)
      assert.deepEqual(nodeRed.errors, [])
    })
  })
})

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration_ms))
}
