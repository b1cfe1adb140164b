import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, it } from 'mocha'
import type { LogAnswer, LogLine } from '../../../src/domain/log-line'
import { inOneNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'

inOneNodeRed('The log of kasa-metrics', (current) => {
  const simulator = simulatorFor((home) => void home.addPlug({ alias: 'Kettle', power: 42 }))
  let nodeRed: NodeRed
  beforeEach(() => {
    nodeRed = current()
    rmSync(join(nodeRed.userDir, 'kasa-monitor', 'kasa-monitor.log'), { force: true })
  })
  afterEach(() => nodeRed.deploy([]))

  const metrics = (more: object = {}): FlowNode => {
    return { id: 'metrics', type: 'kasa-metrics', interval_s: 0, wires: [['answers'], ['health']], ...more }
  }
  const ask = async (log: object): Promise<LogAnswer> => {
    await nodeRed.send('metrics', { log })
    return (await nodeRed.receive('answers')).payload as LogAnswer
  }

  it('tells why a node has not started, though that was before it', async () => {
    await nodeRed.deploy([
      { id: 'wrong', type: 'kasa-interval', name: 'oil', minimum_s: 'soon', wires: [[]] },
      metrics(),
    ])
    const { lines } = await ask({ level: 'error', part: 'kasa-interval' })
    const line = lines.find(({ name }) => name === 'oil')
    assert.deepEqual([line?.event, line?.code], ['fault', 'CONFIG_INVALID'])
    assert.match(line?.message ?? '', /^minimum_s: "soon" /)
  })

  it('tells of devices, and of what was slow with its duration', async () => {
    const [kettle] = simulator().devices
    assert.ok(kettle)
    kettle.behave({ kind: 'latency', latency_ms: 20 })
    const poll = { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [[], [], []] }
    const command = { id: 'command', type: 'kasa-command', fleet: 'fleet', wires: [[]] }
    await nodeRed.deploy([fleetNode(simulator(), [kettle]), poll, command, metrics({ slow_ms: 5 })])
    await nodeRed.status('poll', /^1 of 1 online$/)
    await nodeRed.send('command', { topic: 'Kettle', payload: 'on' })
    const { lines } = await ask({})
    assert.equal(lines.find(({ event }) => event === 'online')?.part, 'device')
    for (const [wanted, message] of [
      ['poll', 'poll of Kettle'],
      ['command', 'on on Kettle'],
    ]) {
      const slow = lines.find(({ part, event }) => part === wanted && event === 'slow')
      assert.ok((slow?.duration_ms ?? 0) >= 5, JSON.stringify(lines))
      if (wanted === 'command') assert.equal(slow?.message, message)
    }
  })

  it('is a file of lines of JSON', async () => {
    await nodeRed.deploy([{ id: 'wrong', type: 'kasa-interval', minimum_s: 'soon', wires: [[]] }, metrics()])
    await ask({})
    const text = readFileSync(join(nodeRed.userDir, 'kasa-monitor', 'kasa-monitor.log'), 'utf8')
    const lines = text.trimEnd().split('\n')
    assert.equal((JSON.parse(lines[0] ?? '') as LogLine).level, 'error')
  })

  it('is answered by kasa-api, which refuses what it does not know', async () => {
    const api = { id: 'api', type: 'kasa-api', path: '/logged', wires: [[]] }
    await nodeRed.deploy([{ id: 'wrong', type: 'kasa-interval', minimum_s: 'soon', wires: [[]] }, metrics(), api])
    const get = async (path: string) => fetch(`${nodeRed.url}/logged${path}`)
    const { lines } = (await (await get('/log?level=warn&since=-1h&part=kasa-interval&limit=1')).json()) as LogAnswer
    assert.equal(lines[0]?.code, 'CONFIG_INVALID')
    assert.equal((await get('/log?level=debug')).status, 400)
    assert.equal((await get('/log?since=soon')).status, 400)
  })

  it('cannot be asked where none is kept', async () => {
    const api = { id: 'api', type: 'kasa-api', path: '/logged', wires: [[]] }
    await nodeRed.deploy([metrics({ log: 'off' }), api])
    await assert.rejects(nodeRed.send('metrics', { log: {} }), { code: 'LOG_OFF' })
    assert.equal((await fetch(`${nodeRed.url}/logged/log`)).status, 501)
  })
})
