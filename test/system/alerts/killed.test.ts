import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { withFolder } from '../../support/database-samples'
import { killsOf } from '../../support/kills'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess, type NodeRedVersion } from '../../support/node-red-process'
import { reading } from '../../support/readings'
import { until } from '../storage/stores'

const WITHIN_MS = 120_000
const KILLS = killsOf(12)
const VERSION: NodeRedVersion = {
  title: '4.1',
  node: process.execPath,
  red: join(PROJECT, 'node_modules', 'node-red', 'red.js'),
}

describe('a Node-RED that is killed while something is wrong', () => {
  let nodeRed: NodeRedProcess

  beforeEach(function () {
    if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
      console.log('      not run: `npm run build` makes the folder dist, which is what gets loaded')
      this.skip()
    }
    nodeRed = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  })

  afterEach(() => nodeRed?.stop())

  const say = async (power_w: number) => {
    const body = JSON.stringify(reading({ power_w, timestamp: Date.now() }))
    assert.equal((await nodeRed.request('POST', 'say', body)).status, 200)
  }
  const power = async (...values: number[]) => {
    for (const power_w of values) await say(power_w)
  }

  it('tells nothing twice, and the end of it once', async function () {
    this.timeout(WITHIN_MS)
    await withFolder(async (folder) => {
      const told = join(folder, 'told')
      await nodeRed.start()
      await nodeRed.deploy(flowInto(told, 0))
      await power(2100)
      await until('it is told', () => linesOf(told).length === 1)
      await until('that is kept', () => isKept('"told":true'))
      for (let kill = 0; kill < KILLS; kill++) {
        await nodeRed.kill()
        await nodeRed.start()
        await power(2200, 2300)
      }
      await nodeRed.kill()
      await nodeRed.start()
      await power(100, 100)
      await until('its end is told', () => linesOf(told).length > 1)
      assert.deepEqual(linesOf(told), ['raised Kettle', 'resolved Kettle'])
      await nodeRed.stop()
    })
  })

  it('tells afterwards what it had not told yet', async function () {
    this.timeout(WITHIN_MS)
    await withFolder(async (folder) => {
      const told = join(folder, 'told')
      await nodeRed.start()
      await nodeRed.deploy(flowInto(told, 15))
      await power(2100)
      await until('it is kept', () => isKept('"told":false'))
      assert.deepEqual(linesOf(told), [])
      await nodeRed.kill()
      await nodeRed.start()
      await until('it is told', () => linesOf(told).length > 0)
      assert.deepEqual(linesOf(told), ['raised Kettle'])
      await nodeRed.stop()
    })
  })

  function isKept(text: string): boolean {
    const file = join(nodeRed.userDir, 'kasa-monitor', 'alerts-alert.json')
    return existsSync(file) && readFileSync(file, 'utf8').includes(text)
  }
})

/** Readings come by HTTP; each notification is a line of a file, written before anything else is done. */
function flowInto(told: string, group_wait_s: number): object[] {
  const on = { z: 'tab', x: 0, y: 0 }
  const rules = [{ id: 'high', name: 'High power', condition: { kind: 'above', value: 2000, clear: 1800 } }]
  const line = 'return { payload: `${msg.alert.kind} ${msg.alert.incidents[0].alias}` }'
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    { ...on, id: 'in', type: 'http in', url: '/say', method: 'post', wires: [['alert', 'out']] },
    { ...on, id: 'out', type: 'http response', wires: [] },
    { ...on, id: 'alert', type: 'kasa-alert', rules, group_wait_s, wires: [['line'], [], [], []] },
    { ...on, id: 'line', type: 'function', func: line, outputs: 1, wires: [['file']] },
    { ...on, id: 'file', type: 'file', filename: told, appendNewline: true, overwriteFile: 'false', wires: [[]] },
  ]
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : []
}
