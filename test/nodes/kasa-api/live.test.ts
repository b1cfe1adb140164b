import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, it } from 'mocha'
import { WebSocket } from 'ws'
import type { Reading } from '../../../src/domain/reading'
import { inEachNodeRed, type FlowNode } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

interface Frame {
  readonly type: string
  readonly readings?: readonly Reading[]
}

inEachNodeRed('kasa-api, live', (nodeRed) => {
  const simulator = simulatorFor((home) => home.addPlug({ model: 'HS110(EU)', alias: 'kettle' }))
  const opened: (() => void)[] = []

  beforeEach(() => nodeRed().deploy([]))
  afterEach(() => {
    for (const close of opened.splice(0)) close()
  })

  const deploy = (more: object = {}) => {
    const api: FlowNode = { id: 'api', type: 'kasa-api', path: '/kasa', fleet: 'fleet', ...more, wires: [[]] }
    return nodeRed().deploy([fleetNode(simulator(), simulator().devices), api])
  }
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`${nodeRed().url.replace('http', 'ws')}/kasa/live`)
    opened.push(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
  /** Waits until it is told a reading of its own. */
  const reading = async (socket: WebSocket): Promise<Reading> => {
    for (;;) {
      const [data] = (await once(socket, 'message')) as [Buffer]
      const { type, readings: [first] = [] } = JSON.parse(data.toString()) as Frame
      if (type === 'readings' && first) return first
    }
  }

  it('tells readings of its fleet over WebSocket', async () => {
    await deploy()
    assert.equal((await reading(await open())).alias, 'kettle')
    assert.deepEqual(nodeRed().errors, [])
  })

  it('tells them as server-sent events', async () => {
    await deploy()
    const leaving = new AbortController()
    opened.push(() => leaving.abort())
    const { body } = await fetch(`${nodeRed().url}/kasa/live/events?events=readings`, { signal: leaving.signal })
    assert.ok(body)
    let text = ''
    for await (const piece of body) {
      text += Buffer.from(piece).toString()
      if (/event: readings\ndata: .*"alias":"kettle"/.test(text)) break
    }
    assert.match(text, /^retry: \d+\nid: 1\nevent: hello\n/)
  })

  it('ends connections at a deploy so that clients come back, which are told again', async () => {
    await deploy()
    const socket = await open()
    const closed = once(socket, 'close')
    await deploy({ status_ms: 100 })
    const [code] = (await closed) as [number]
    assert.equal(code, 1012)
    assert.equal((await reading(await open())).alias, 'kettle')
  })
})
