import { after, before, describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT } from '../support/node-red'
import { forEachNodeRedProcess, NodeRedProcess } from '../support/node-red-process'

const PATIENCE_MS = 60_000

/** A device family with one device, which needs no network. */
const PLUGIN = `
module.exports = (RED) => {
  const device = { device_id: 'STOVE', alias: 'Stove', model: 'S1', host: 'stove', kind: 'other', integration: 'stoves', features: [] }
  const reading = () => ({ device_id: 'STOVE', alias: 'Stove', model: 'S1', host: 'stove', timestamp: Date.now(), power_w: 7, source: 'poll', quality: 'good' })
  const connection = { host: 'stove', describe: async () => [device], command: async () => reading(), stop() {},
    poll: (id, done) => { setImmediate(() => done(undefined, { readings: [reading()] })) } }
  const integration = { name: 'stoves', title: 'Stoves', createSession: () => ({
    discover: async ({ onFinding }) => onFinding({ supported: true, device, port: 1 }), connect: () => connection, stop() {} }) }
  RED.plugins.registerPlugin('stoves', { type: 'kasa-monitor-integration', integration })
  RED.plugins.registerPlugin('nothing', { type: 'kasa-monitor-integration' })
}
`

const FLOW = [
  { id: 'tab', type: 'tab', label: 'test' },
  {
    id: 'fleet',
    type: 'kasa-fleet',
    hosts: [{ host: 'stove', integration: 'stoves' }],
    fastest_s: 0.5,
    slowest_s: 1,
    discovery_s: 0.2,
  },
  { id: 'poll', type: 'kasa-poll', z: 'tab', fleet: 'fleet', wires: [['show'], []] },
  {
    id: 'show',
    type: 'debug',
    z: 'tab',
    active: true,
    console: true,
    complete: 'payload.alias',
    targetType: 'msg',
    wires: [],
  },
]

describe('a plugin that brings another device family', () => {
  if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
    it.skip('not run: `npm run build` makes the folder dist, which is what gets loaded')
    return
  }

  forEachNodeRedProcess('beside this pack', (version) => {
    const plugin = join(mkdtempSync(join(tmpdir(), 'kasa-monitor-plugin-')), 'stoves')
    let nodeRed: NodeRedProcess

    before(async function () {
      this.timeout(PATIENCE_MS)
      mkdirSync(plugin)
      const manifest = { name: 'stoves', version: '1.0.0', 'node-red': { plugins: { stoves: 'stoves.js' } } }
      writeFileSync(join(plugin, 'package.json'), JSON.stringify(manifest))
      writeFileSync(join(plugin, 'stoves.js'), PLUGIN)
      nodeRed = new NodeRedProcess(version, { packs: [PROJECT, plugin] })
      await nodeRed.start()
    })

    after(async () => {
      await nodeRed?.stop()
      rmSync(join(plugin, '..'), { recursive: true, force: true })
    })

    it('has its devices polled by a fleet', async function () {
      this.timeout(PATIENCE_MS)
      await nodeRed.deploy(FLOW)
      await nodeRed.logged(/Stove/)
      assert.match(nodeRed.log, /plugin 'nothing' offers no integration/)
      assert.deepEqual(nodeRed.faults, [])
    })

    it('is asked when the dialog looks for devices', async () => {
      const body = JSON.stringify({ id: 'fleet', targets: '127.255.255.254', discovery_s: 0.2 })
      const reply = await nodeRed.request('POST', 'kasa-monitor/discover', body)
      const { findings } = (await reply.json()) as { findings: { device: { alias: string } }[] }
      assert.deepEqual(
        findings.map(({ device }) => device.alias),
        ['Stove'],
      )
    })
  })
})
