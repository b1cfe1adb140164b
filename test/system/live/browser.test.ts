import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { Page } from 'playwright-core'
import { browserProgram, TestBrowser } from '../../support/browser'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess } from '../../support/node-red-process'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'
import { skipWithout } from '../../support/skipping'

const PATIENCE_MS = 90_000
const KEY = 'a-key-of-the-page'
const WAYS = ['websocket', 'events'] as const

describe('The page of docs/live.md in a real browser', () => {
  const simulator = simulatorFor((home) => home.addPlug({ model: 'HS110(EU)', alias: 'kettle' }))
  const version = { title: '4.1', node: process.execPath, red: join(PROJECT, 'node_modules', 'node-red', 'red.js') }
  const nodeRed = new NodeRedProcess(version, { packs: [PROJECT], keepsPort: true })
  let browser: TestBrowser | undefined

  before(async function () {
    this.timeout(PATIENCE_MS)
    skipWithout(whyNot(), this)
    ;[browser] = await Promise.all([TestBrowser.start(), nodeRed.start()])
    await nodeRed.deploy([fleetNode(simulator(), simulator().devices), ...flow()])
  })
  after(async function () {
    this.timeout(PATIENCE_MS)
    await browser?.stop()
    await nodeRed.stop()
  })

  it('is told readings over WebSocket and server-sent events, and again after a restart of Node-RED', async function () {
    this.timeout(PATIENCE_MS)
    const page = await browser?.open(`${nodeRed.url}/live.html`)
    assert.ok(page)
    await told(page, 2)
    await nodeRed.shutDown()
    const before = await counts(page)
    await nodeRed.start()
    await told(page, Math.max(...before) + 2)
    for (const way of WAYS) assert.match((await page.textContent(`#${way}`)) ?? '', /kettle \d/)
    assert.deepEqual(nodeRed.faults, [])
  })

  const counts = (page: Page): Promise<number[]> =>
    Promise.all(WAYS.map(async (way) => Number.parseInt((await page.textContent(`#${way}`)) ?? '', 10)))

  /** Waits until so many readings have come in each way. */
  const told = async (page: Page, atLeast: number) => {
    for (const limit = Date.now() + PATIENCE_MS / 3; ; await page.waitForTimeout(100)) {
      const now = await counts(page)
      if (now.every((count) => count >= atLeast)) return
      assert.ok(Date.now() < limit, `${now.join(' and ')} readings, not ${atLeast}; ${browser?.problems.join('\n')}`)
    }
  }
})

function flow(): object[] {
  const at = { z: 'tab', x: 0, y: 0 }
  const keys = [{ slot: 1, name: 'page', right: 'read' }]
  return [
    { id: 'tab', type: 'tab', label: 'live' },
    {
      ...at,
      id: 'api',
      type: 'kasa-api',
      path: '/kasa',
      fleet: 'fleet',
      keys,
      credentials: { key_1: KEY },
      wires: [[]],
    },
    { ...at, id: 'ask', type: 'http in', url: '/live.html', method: 'get', wires: [['page']] },
    {
      ...at,
      id: 'page',
      type: 'template',
      field: 'payload',
      syntax: 'plain',
      template: pageOfDocs(),
      wires: [['answer']],
    },
    { ...at, id: 'answer', type: 'http response', headers: { 'content-type': 'text/html' } },
  ]
}

/** As a person copies it, with a key filled in. */
function pageOfDocs(): string {
  const [, page = ''] = /```html\n([^]*?)```/.exec(readFileSync(join(PROJECT, 'docs', 'live.md'), 'utf8')) ?? []
  assert.ok(page.includes("const key = ''"))
  return page.replace("const key = ''", `const key = '${KEY}'`)
}

function whyNot(): string | undefined {
  if (browserProgram() === undefined) return 'no Chromium is installed'
  if (existsSync(join(PROJECT, 'dist', 'nodes'))) return undefined
  return '`npm run build` makes the folder dist, which is what gets loaded'
}
