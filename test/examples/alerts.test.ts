import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, it } from 'mocha'
import type { AlertAnswer } from '../../src/alerting/alert-command'
import type { StateChange } from '../../src/alerting/incidents/incident'
import type { Notification } from '../../src/alerting/notifying/notification'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'
import { inOneNodeRed, PROJECT, type FlowNode, type NodeRed } from '../support/node-red'
import { reading } from '../support/readings'

interface Rule {
  readonly condition: object
}

inOneNodeRed('The example flows of alerts', (current) => {
  let nodeRed: NodeRed
  let flow: FlowNode[]
  let server: Server | undefined

  beforeEach(() => void (nodeRed = current()))
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })

  const idOf = (wanted: string) => flow.find(({ name, type }) => name === wanted || type === wanted)?.id ?? wanted
  const press = (button: string) => nodeRed.send(idOf(button), {})
  const send = (payload: object) => nodeRed.send(idOf('kasa-alert'), { payload })
  const next = (node: string) => nodeRed.receive(idOf(node))

  /** An example whose alert waits for nothing; `change`: what its rule has instead of what stands in the file. */
  function load(file: string, change: object = {}, condition: object = {}): FlowNode[] {
    const text = readFileSync(join(PROJECT, 'examples', 'flows', `${file}.json`), 'utf8')
    return (JSON.parse(text) as FlowNode[]).map((node) => {
      if (node.type !== 'kasa-alert') return node
      const rules = (node.rules as Rule[]).map((rule) => {
        return { ...rule, for_s: 0, ...change, condition: { ...rule.condition, ...condition } }
      })
      return { ...node, rules, group_wait_s: 0, quiet_hours: 'off' }
    })
  }

  async function run(nodes: FlowNode[]): Promise<void> {
    flow = nodes
    await nodeRed.deployAsIs(flow)
  }

  /** A stand-in for ntfy, which no test may ask. */
  async function phone(): Promise<{ url: string; heard: () => Promise<Record<string, unknown>> }> {
    const heard: string[] = []
    server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        heard.push(body)
        response.end('{}')
        server?.emit('heard')
      })
    })
    const { port } = await new Promise<AddressInfo>((resolve) => {
      server?.listen(0, '127.0.0.1', () => resolve(server?.address() as AddressInfo))
    })
    const take = async () => {
      while (heard.length === 0) await once(server as Server, 'heard')
      return JSON.parse(heard.shift() ?? '') as Record<string, unknown>
    }
    return { url: `http://127.0.0.1:${port}/`, heard: take }
  }

  it('"Tell my phone when a device is offline" does, and when it is back', async () => {
    const { url, heard } = await phone()
    const nodes = load('Tell my phone when a device is offline', { many_from: 0 })
    await run(nodes.map((node) => (node.type === 'http request' ? { ...node, url } : node)))
    await press('test')
    const test = await heard()
    assert.match(String(test.title), /^Test/)
    assert.deepEqual([test.topic, test.priority], ['choose-a-name-that-nobody-guesses', 2])
    const event = { device_id: 'plug-1', alias: 'Kettle', host: '127.0.0.1', timestamp: Date.now() }
    await send({ ...event, event: 'offline' })
    const offline = await heard()
    assert.match(`${String(offline.title)} ${String(offline.message)}`, /Kettle.*offline/)
    assert.equal(offline.priority, 3)
    await send({ ...event, event: 'online' })
    assert.match(String((await heard()).message), /Kettle/)
    assert.deepEqual(nodeRed.errors, [])
  })

  it('"Tell me when the washing is finished" does once, and is acknowledged', async () => {
    await run(load('Tell me when the washing is finished', {}, { above_s: 0, below_s: 0, minimum_kwh: 0 }))
    const washer = { device_id: 'washer', alias: 'Washer' }
    // Two that are sent within a millisecond would be one sample.
    for (const [power_w, energy_kwh, age_ms] of [
      [2000, 7, 300],
      [2000, 7.5, 200],
      [1, 7.6, 100],
      [1, 7.6, 0],
    ] as const) {
      await send(reading({ ...washer, power_w, energy_kwh, timestamp: Date.now() - age_ms }))
    }
    const { payload, alert } = await next('told')
    assert.match(String(payload), /Washer has finished/)
    assert.ok(Number((alert as Notification).incidents[0]?.raised.facts?.energy_kwh) > 0.4)
    await press('emptied')
    for (;;) {
      const { change, incident } = (await next('changes')).payload as StateChange
      if (change === 'acknowledged') return assert.equal(incident?.alias, 'Washer')
    }
  })

  it('"Daily energy budget" tells each step of what all plugs use together', async () => {
    await run(load('Daily energy budget'))
    const used = (device_id: string, energy_kwh: number) => {
      return send(reading({ device_id, alias: device_id, energy_kwh, timestamp: Date.now() }))
    }
    await used('heater', 100)
    await used('kettle', 10)
    await used('heater', 102)
    await used('kettle', 11)
    const half = (await next('told')).alert as Notification
    assert.equal(half.incidents[0]?.raised.facts?.step_pct, 50)
    await used('heater', 104.5)
    const all = (await next('told')).alert as Notification
    assert.deepEqual([all.kind, all.incidents[0]?.latest.facts?.step_pct], ['escalated', 100])
    await press('how much so far?')
    const { incidents } = (await next('so far')).payload as AlertAnswer
    assert.ok(Math.abs(Number(incidents?.[0]?.latest.value) - 5.5) < 0.01)
  })

  it('"Energy spike, acknowledged in Home Assistant" shows it there, and hears the button', async () => {
    await run(load('Energy spike, acknowledged in Home Assistant'))
    const discovery = await next('to Home Assistant')
    assert.equal(discovery.topic, 'homeassistant/device/kasa_monitor_alerts/config')
    await press('spike')
    assert.match(String((await next('told')).payload), /Heater/)
    const states = async () => (await next('to Home Assistant')).payload as { problem: string; acknowledged: boolean }
    assert.equal((await states()).problem, 'ON')
    await nodeRed.send(idOf('acknowledge'), { payload: 'acknowledge', retain: true })
    await nodeRed.send(idOf('acknowledge'), { payload: 'acknowledge' })
    const { incidents } = (await next('acknowledged')).payload as AlertAnswer
    assert.equal(incidents?.[0]?.acknowledged_by, 'Home Assistant')
    assert.deepEqual({ ...(await states()) }, { problem: 'ON', devices: 'Heater', count: 1, acknowledged: true })
    await press('calm')
    assert.equal((await states()).problem, 'OFF')
  })

  const missing = whyNoMosquitto()
  if (missing !== undefined) it.skip(`"Energy spike" with a real broker: not run: ${missing}`)
  else {
    it('"Energy spike, acknowledged in Home Assistant" speaks to it by way of a broker', async () => {
      const broker = await startMosquitto()
      try {
        await run([...load('Energy spike, acknowledged in Home Assistant'), ...homeAssistant].map(atBroker(broker.port)))
        const { components } = (await heardAt('homeassistant/device/kasa_monitor_alerts/config')) as Discovery
        assert.deepEqual(Object.keys(components), ['spike', 'acknowledge'])
        await press('spike')
        assert.equal(((await heardAt(components.spike.state_topic)) as SpikeState).problem, 'ON')
        const { command_topic: topic, payload_press: payload } = components.acknowledge
        await nodeRed.send('presses', { topic, payload })
        assert.equal(((await heardAt(components.spike.state_topic)) as SpikeState).acknowledged, true)
        await press('calm')
        assert.equal(((await heardAt(components.spike.state_topic)) as SpikeState).problem, 'OFF')
        assert.deepEqual(nodeRed.errors, [])
      } finally {
        await nodeRed.deployAsIs([])
        await broker.stop()
      }
    })
  }

  async function heardAt(topic: string): Promise<unknown> {
    for (;;) {
      const message = await nodeRed.receive('heard')
      if (message.topic === topic) return message.payload
    }
  }
})

interface Discovery {
  readonly components: {
    readonly spike: { readonly state_topic: string }
    readonly acknowledge: { readonly command_topic: string; readonly payload_press: string }
  }
}
interface SpikeState {
  readonly problem: string
  readonly acknowledged: boolean
}

const on = { z: '6b61736126000000', x: 0, y: 0, broker: 'theirs', qos: '1' }
/** What Home Assistant does with a broker: it hears all that is there, and sends what a button says. */
const homeAssistant: readonly FlowNode[] = [
  { id: 'theirs', type: 'mqtt-broker', broker: '127.0.0.1', autoConnect: true, protocolVersion: '4', keepalive: '60' },
  { ...on, id: 'hears', type: 'mqtt in', topic: '#', datatype: 'auto-detect', inputs: 0, wires: [['heard']] },
  { ...on, id: 'heard', type: 'debug', active: false, wires: [] },
  { ...on, id: 'presses', type: 'mqtt out', retain: 'false', wires: [] },
]

function atBroker(port: number): (node: FlowNode) => FlowNode {
  return (node) => (node.type === 'mqtt-broker' ? { ...node, port: String(port) } : node)
}
