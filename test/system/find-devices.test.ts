import { after, before, it } from 'mocha'
import assert from 'node:assert/strict'
import { LOOPBACK_BROADCAST, Simulator } from '../../src/simulator'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'

const PATIENCE_MS = 60_000
const HOSTILE = '<img src=x onerror=alert(1)>'
const CANARY = 's3cr3t-CANARY'

describeDialog('Find devices, in the dialog of a fleet', (version) => {
  const simulator = new Simulator({ port: 0 })
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  before(async () => {
    simulator.addPlug({ alias: HOSTILE })
    simulator.addPlug({ alias: 'Kettle' })
    simulator.addPlug({ alias: 'broken' }).behave({ kind: 'garbage' })
    await simulator.start()
  })
  after(() => simulator.stop())

  const flow = () => [
    {
      id: 'fleet',
      type: 'kasa-fleet',
      name: 'Home',
      hosts: [],
      targets: '',
      port: simulator.port,
      discovery_s: 1,
      credentials: { username: 'me', password: CANARY },
    },
    { id: 'poll', type: 'kasa-poll', z: 'tab', fleet: 'fleet', x: 200, y: 100, wires: [[], []] },
  ]
  useEditor(version, { type: 'kasa-poll', flow }, (session) => ({ nodeRed, browser, editor } = session))

  it('lists what answers, as text, and takes what a person ticks, by the keyboard as well', async function () {
    this.timeout(PATIENCE_MS)
    const { page } = editor
    await editor.open('poll')
    await page.click('#node-input-btn-fleet-edit')
    await page.locator('#kasa-fleet-find').waitFor()

    await page.click('#kasa-fleet-find')
    assert.match(await page.innerText('#kasa-fleet-message'), /Say where to look/)

    await page.locator('#kasa-fleet-devices .red-ui-typedInput-container input:visible').fill(LOOPBACK_BROADCAST)
    const sent = page.waitForRequest((request) => request.url().endsWith('kasa-monitor/discover'))
    await page.click('#kasa-fleet-find')
    const { password, ...body } = (await sent).postDataJSON() as Record<string, unknown>
    assert.equal(password, undefined)
    assert.equal(body.targets, LOOPBACK_BROADCAST)

    const lines = page.locator('#kasa-fleet-findings li')
    await lines.nth(2).waitFor()
    const texts = await lines.allInnerTexts()
    assert.ok(texts.some((text) => text.includes(HOSTILE)))
    assert.equal(await page.locator('#kasa-fleet-findings img').count(), 0)
    const unsupported = lines.filter({ has: page.locator('.kasa-fleet-unsupported') })
    assert.equal(await unsupported.locator('input:disabled').count(), 1)

    await lines.filter({ hasText: HOSTILE }).locator('input').focus()
    await page.keyboard.press('Space')
    await lines.filter({ hasText: 'Kettle' }).locator('input').check()
    await lines.filter({ hasText: 'Kettle' }).locator('input').uncheck()
    await screenshot(page, `${version.title}-find-devices`)
    await editor.doneConfig()
    await editor.done()

    const [plug] = simulator.devices
    assert.deepEqual(await editor.valueOf('fleet', 'hosts'), [
      {
        host: plug?.host,
        device_id: plug?.device_id,
        mac: plug?.mac,
        integration: 'kasa',
        alias: HOSTILE,
        model: 'KP115(EU)',
      },
    ])
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })

  it('polls them once deployed, and offers them to other dialogs', async function () {
    this.timeout(PATIENCE_MS)
    await editor.deploy()
    await editor.page.waitForFunction(
      () => document.querySelector('.red-ui-flow-node-status-label')?.textContent === '1 of 1 online',
    )
    await editor.open('poll')
    await editor.page.selectOption('#node-input-which', 'chosen')
    assert.match(await editor.page.innerText('#kasa-poll-devices'), /<img src=x/)
    assert.equal(await editor.page.locator('#kasa-poll-devices img').count(), 0)
    await editor.done()
    assert.deepEqual(browser.problems, [])
  })
})
