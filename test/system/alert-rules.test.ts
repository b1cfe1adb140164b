import { it } from 'mocha'
import assert from 'node:assert/strict'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'

const PATIENCE_MS = 60_000

interface SavedRule {
  readonly id: string
  readonly [key: string]: unknown
}

describeDialog('The rules of kasa-alert, in its dialog', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const heater = {
    ...{ id: 'heater', name: 'Heater', devices: ['Heater*'], for_s: 60 },
    condition: { kind: 'above', key: 'power_w', value: 2000 },
  }
  const flow = [
    { id: 'alert', type: 'kasa-alert', z: 'tab', rules: [heater], x: 200, y: 100, wires: [[], [], [], []] },
    { id: 'tariff', type: 'kasa-tariff', name: 'Mine', currency: 'EUR' },
  ]
  useEditor(version, { type: 'kasa-alert', flow: () => flow }, (session) => ({ nodeRed, browser, editor } = session))

  const lines = () => editor.page.locator('.kasa-alert-title')
  const field = (row: number, key: string) =>
    editor.page.locator('.kasa-alert-details').nth(row).locator(`[data-field="${key}"]`)
  const open = async () => {
    await editor.open('alert')
    await lines().first().waitFor()
  }
  const savedRules = async () => (await editor.valueOf('alert', 'rules')) as SavedRule[]
  const faultOf = (row: number) => editor.page.locator('.kasa-alert-fault').nth(row)

  it('are a line each, which says what it does', async function () {
    this.timeout(PATIENCE_MS)
    await open()
    assert.match(await lines().first().innerText(), /Heater\s+Heater\* · is above · power_w · 2000 · 60 s/)
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('are changed in a form that only holds what the condition needs', async function () {
    this.timeout(PATIENCE_MS)
    await lines().first().click()
    await field(0, 'value').fill('2500')
    await field(0, 'clear').fill('2300')
    await editor.page
      .locator('.kasa-alert-details')
      .first()
      .locator('select[aria-label="When"]')
      .selectOption('outside')
    assert.equal(await field(0, 'value').count(), 0)
    await field(0, 'low').fill('207')
    await field(0, 'high').fill('253')
    await field(0, 'key').fill('voltage_v')
    await field(0, 'severity').selectOption('critical')
    await screenshot(editor.page, `${version.title}-alert-rule`)
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('are checked while they are typed, as a deploy would', async function () {
    this.timeout(PATIENCE_MS)
    await field(0, 'high').fill('100')
    await field(0, 'low').fill('207')
    await field(0, 'high').blur()
    await faultOf(0).filter({ hasText: 'condition' }).waitFor()
    await field(0, 'high').fill('253')
    await field(0, 'high').blur()
    await faultOf(0).filter({ hasNotText: /./ }).waitFor({ state: 'attached' })
  })

  it('come ready-made, and joined', async function () {
    this.timeout(PATIENCE_MS)
    const ready = editor.page.locator('#kasa-alert-ready')
    await ready.selectOption({ label: 'Device offline' })
    await editor.page.click('#kasa-alert-add')
    await ready.selectOption({ index: 0 })
    await editor.page.click('#kasa-alert-add')
    assert.equal(await lines().count(), 3)
    await editor.page
      .locator('.kasa-alert-details')
      .nth(2)
      .locator('select[aria-label="When"]')
      .first()
      .selectOption('all')
    await editor.page.locator('.kasa-alert-details').nth(2).getByText('Add a condition').click()
    const values = field(2, 'value')
    assert.equal(await values.count(), 2)
    await values.nth(0).fill('10')
    await values.nth(1).fill('20')
    await field(2, 'device').nth(1).fill('Dryer')
    await screenshot(editor.page, `${version.title}-alert-rules`)
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('are deployed as they were typed, and kept', async function () {
    this.timeout(PATIENCE_MS)
    await editor.done()
    const [first, offline, joined] = await savedRules()
    assert.deepEqual(first, {
      ...{ id: 'heater', name: 'Heater', devices: ['Heater*'], for_s: 60, severity: 'critical' },
      condition: { kind: 'outside', key: 'voltage_v', low: 207, high: 253 },
    })
    assert.equal((offline?.condition as { kind: string }).kind, 'offline')
    assert.deepEqual(joined?.condition, {
      kind: 'all',
      conditions: [
        { kind: 'above', value: 10 },
        { kind: 'above', value: 20, device: 'Dryer' },
      ],
    })
    await editor.deploy()
    await editor.status('kasa-alert', /all well/)
    await open()
    assert.equal(await lines().count(), 3)
    await editor.page.locator('#kasa-alert-show-json').click()
    const text = await editor.page.inputValue('#kasa-alert-json')
    assert.deepEqual(
      (JSON.parse(text) as SavedRule[]).map(({ id }) => id),
      ['heater', offline?.id, joined?.id],
    )
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })

  it('of costs need a price, or a tariff of the node', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.fill(
      '#kasa-alert-json',
      JSON.stringify([{ id: 'costly', condition: { kind: 'cost', limit: 2 } }]),
    )
    await editor.page.click('#kasa-alert-take-json')
    await lines().first().click()
    await field(0, 'limit').fill('3')
    await field(0, 'limit').blur()
    await faultOf(0).filter({ hasText: 'price_per_kwh' }).waitFor()
    await editor.page.selectOption('#node-input-tariff', 'tariff')
    await faultOf(0).filter({ hasNotText: /./ }).waitFor({ state: 'attached' })
    await editor.done()
    await editor.deploy()
    assert.equal(await editor.valueOf('alert', 'tariff'), 'tariff')
    assert.deepEqual(await editor.faultsOf('alert'), [])
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })
})
