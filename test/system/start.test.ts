import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { after, afterEach, before, describe, it } from 'mocha'
import { browserProgram, screenshot, TestBrowser } from '../support/browser'
import { DASHBOARD_PACK, freePort } from '../support/node-red-process'
import { PROJECT } from '../support/node-red'

const PATIENCE_MS = 120_000
const ENDS_WITHIN_MS = 10_000

describe('npm start', () => {
  if (!existsSync(DASHBOARD_PACK)) {
    it.skip(
      'not run: FlowFuse Dashboard is not installed in demo/, which `npm test` does where the registry is reached',
    )
    return
  }

  let directory: string
  let url: string
  let starting: ChildProcess
  let printed: string

  const start = async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    printed = ''
    const words = ['scripts/start.mjs', '--port', `${port}`, '--directory', directory]
    starting = spawn(process.execPath, words, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [starting.stdout, starting.stderr]) stream?.on('data', (text) => (printed += String(text)))
    await until(
      () => /Ctrl-C/.test(printed),
      () => `it never got ready:\n${printed}`,
    )
  }

  before(function () {
    this.timeout(PATIENCE_MS)
    directory = mkdtempSync(join(tmpdir(), 'kasa-monitor-start-'))
    return start()
  })

  after(async () => {
    if (starting.exitCode === null && starting.signalCode === null) {
      starting.kill('SIGTERM')
      await once(starting, 'exit')
    }
    rmSync(directory, { recursive: true, force: true })
  })

  it('prints addresses, and all of them answer', async () => {
    const addresses = printed.match(/http:\/\/\S+/g) ?? []
    const paths = ['/dashboard/power', '/', '/kasa/overview', '/metrics']
    assert.deepEqual(
      addresses,
      paths.map((path) => `${url}${path}`),
    )
    for (const address of addresses) assert.equal((await fetch(address)).status, 200, address)
  })

  it('polls the simulated devices and stores what they say', async function () {
    this.timeout(PATIENCE_MS)
    const from = Date.now()
    const stored = () => countSince(from)
    await until(
      () => stored() > 5,
      () => `${stored()} readings were stored:\n${printed}`,
    )
  })

  describe('its dashboard in a browser', () => {
    let browser: TestBrowser

    before(async function () {
      this.timeout(PATIENCE_MS)
      if (browserProgram() === undefined) {
        console.log('      not run: no Chromium is installed here; CHROMIUM_PATH can name one')
        this.skip()
      }
      browser = await TestBrowser.start()
    })

    after(() => browser?.stop())

    afterEach(() => assert.deepEqual(browser.problems, []))

    it('shows each device, and switches one', async function () {
      this.timeout(PATIENCE_MS)
      const page = await browser.open(`${url}/dashboard/power`, { width: 1280, height: 1350 })
      const card = page.locator('.km-card', { hasText: 'Coffee machine' })
      await card.waitFor({ timeout: PATIENCE_MS })
      await page.locator('.km-card', { hasText: 'Router' }).waitFor({ timeout: PATIENCE_MS })
      // These want the account, which the demo gives to its fleet.
      await page.locator('.km-card', { hasText: /Dehumidifier.*W/s }).waitFor({ timeout: PATIENCE_MS })
      await page.locator('.km-card', { hasText: /Bathroom.*°C/s }).waitFor({ timeout: PATIENCE_MS })
      await page.locator('.km-card', { hasText: /Front door.*(open|closed)/s }).waitFor({ timeout: PATIENCE_MS })
      await card.locator('input[type=checkbox]').click()
      // The class follows the state that the device confirmed, not the click.
      await page.locator('.km-card.km-off', { hasText: 'Coffee machine' }).waitFor({ timeout: 10_000 })
      await page.locator('canvas').first().waitFor()
      await screenshot(page, 'dashboard')
      await card.locator('input[type=checkbox]').click()
      await page.locator('.km-card:not(.km-off)', { hasText: 'Coffee machine' }).waitFor({ timeout: 10_000 })
    })

    it('fits a phone', async function () {
      this.timeout(PATIENCE_MS)
      const page = await browser.open(`${url}/dashboard/power`, { width: 390, height: 844 })
      await page.locator('.km-card', { hasText: 'Router' }).waitFor({ timeout: PATIENCE_MS })
      const widest = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(widest <= 390, `${widest} px wide`)
      await screenshot(page, 'dashboard-phone')
    })
  })

  describe('at its end', () => {
    it('ends all that it started, on SIGTERM', async function () {
      this.timeout(ENDS_WITHIN_MS)
      const children = childrenOf(starting.pid ?? 0)
      starting.kill('SIGTERM')
      await once(starting, 'exit')
      for (const pid of children) assert.equal(isAlive(pid), false, `process ${pid} is left`)
      await assert.rejects(fetch(url))
    })
  })

  describe('once more', () => {
    it('leaves the flow as a person has changed it', async function () {
      this.timeout(PATIENCE_MS)
      const flows = join(directory, 'simulated', 'flows.json')
      const changed = readFileSync(flows, 'utf8').replace('"Kasa Monitor"', '"My plugs"')
      writeFileSync(flows, changed)
      await start()
      assert.equal(readFileSync(flows, 'utf8'), changed)
      assert.match(printed, /as you left it/)
    })
  })

  function countSince(timestamp: number): number {
    const file = join(directory, 'simulated', 'kasa-monitor.sqlite')
    const database = new Libsql(file, { readonly: true })
    try {
      const row = database.prepare('SELECT count(*) AS count FROM readings WHERE timestamp >= ?').get(timestamp)
      return (row as { count: number }).count
    } finally {
      database.close()
    }
  }

  async function until(holds: () => boolean, explain: () => string): Promise<void> {
    for (const limit = Date.now() + PATIENCE_MS - 5000; Date.now() < limit;) {
      if (holds()) return
      if (starting.exitCode !== null) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.fail(explain())
  }
})

/** Direct children, where the system tells (Linux). */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
