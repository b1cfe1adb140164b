import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, it } from 'mocha'
import { WebSocket } from 'ws'
import type { Reading } from '../../../src/domain/reading'
import { inEachNodeRed, type FlowNode } from '../../support/node-red'
import { reading } from '../../support/readings'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

interface Frame {
  readonly type: string
  readonly readings?: readonly Reading[]
  readonly incidents?: readonly { readonly change?: string; readonly incident: { readonly device_id: string } }[]
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
  /** Waits for a frame; others are passed over. */
  const frame = async (socket: WebSocket, wanted: string): Promise<Frame> => {
    for (;;) {
      const [data] = (await once(socket, 'message')) as [Buffer]
      const told = JSON.parse(data.toString()) as Frame
      if (told.type === wanted) return told
    }
  }
  const aliasTold = async (socket: WebSocket) => (await frame(socket, 'readings')).readings?.[0]?.alias

  it('tells readings of its fleet over WebSocket', async () => {
    await deploy()
    assert.equal(await aliasTold(await open()), 'kettle')
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

  it('tells at once what a rule says is critical', async () => {
    const high = { id: 'high', condition: { kind: 'above', key: 'power_w', value: 2000 }, severity: 'critical' }
    const alert: FlowNode = { id: 'alert', type: 'kasa-alert', rules: [high], wires: [[], [], [], []] }
    await nodeRed().deploy([{ id: 'api', type: 'kasa-api', path: '/kasa', wires: [[]] }, alert])
    const socket = await open()
    const told = frame(socket, 'incidents')
    await nodeRed().send('alert', { payload: reading({ power_w: 2500, timestamp: Date.now() }) })
    const { incidents } = await told
    assert.deepEqual(
      incidents?.map(({ change, incident }) => [change, incident.device_id]),
      [['raised', 'plug-1']],
    )
  })

  it('ends connections at a deploy so that clients come back, which are told again', async () => {
    await deploy()
    const socket = await open()
    const closed = once(socket, 'close')
    await deploy({ status_ms: 100 })
    const [code] = (await closed) as [number]
    assert.equal(code, 1012)
    assert.equal(await aliasTold(await open()), 'kettle')
  })
})
