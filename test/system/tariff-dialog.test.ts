import assert from 'node:assert/strict'
import { it } from 'mocha'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'

const PATIENCE_MS = 60_000

describeDialog('The prices of kasa-tariff, in its dialog', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const flow = [
    { id: 'database', type: 'kasa-database', name: 'Home', file: 'tariff-dialog.sqlite' },
    { id: 'tariff', type: 'kasa-tariff', name: 'Mine', currency: 'EUR' },
    {
      ...{ id: 'history', type: 'kasa-history', z: 'tab', database: 'database', operation: 'energy', tariff: 'tariff' },
      ...{ from: 'yesterday', to: 'today', x: 200, y: 100, wires: [[]] },
    },
  ]
  useEditor(version, { type: 'kasa-history', flow: () => flow }, (session) => ({ nodeRed, browser, editor } = session))

  const rows = (table: string) => editor.page.locator(`#kasa-tariff-${table} .kasa-tariff-row`)
  const field = (table: string, row: number, name: string) => rows(table).nth(row).locator(`[name=${name}]`)
  const message = (text: RegExp) => editor.page.locator('#kasa-tariff-message').filter({ hasText: text }).waitFor()
  const open = async () => {
    await editor.open('history')
    await editor.page.click('#node-input-btn-tariff-edit')
    await rows('rows').first().waitFor()
  }

  it('are one price at first, and any of the usual shapes at a choice', async function () {
    this.timeout(PATIENCE_MS)
    await open()
    assert.equal(await rows('rows').count(), 1)
    for (const [shape, count] of [
      ['dayAndNight', 2],
      ['seasons', 4],
      ['blocks', 3],
    ] as const) {
      await editor.page.selectOption('#kasa-tariff-preset', shape)
      assert.equal(await rows('rows').count(), count)
    }
    await message(/^$/)
    assert.deepEqual(await editor.untranslated(), [])
    await screenshot(editor.page, `${version.title}-tariff-blocks`)
  })

  it('are refused at once where a time has no price', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.selectOption('#kasa-tariff-preset', 'dayAndNight')
    await field('rows', 1, 'days').fill('sat')
    await message(/versions\.0\.rows: .* a row for every time of the year/)
    await field('rows', 1, 'days').fill('')
    await message(/^$/)
  })

  it('change with a first day, and those before stay', async function () {
    this.timeout(PATIENCE_MS)
    await editor.fill('kasa-tariff-service_charge', '12.5')
    await editor.page.click('#kasa-tariff-add-version')
    await editor.fill('kasa-tariff-valid_from', '2027-01-01')
    await field('rows', 0, 'price_per_kwh').fill('0.4')
    await editor.page.click('#kasa-tariff-more summary')
    await editor.page.locator('#kasa-tariff-more .red-ui-editableList-addButton').first().click()
    await field('taxes', 0, 'name').fill('VAT')
    await field('taxes', 0, 'percent').fill('19')
    await editor.page.selectOption('#kasa-tariff-version', '0')
    assert.equal(await field('rows', 0, 'price_per_kwh').inputValue(), '0.32')
    await editor.page.selectOption('#kasa-tariff-version', '1')
    assert.equal(await field('rows', 0, 'price_per_kwh').inputValue(), '0.4')
    await message(/^$/)
    assert.deepEqual(await editor.untranslated(), [])
    await screenshot(editor.page, `${version.title}-tariff-versions`)
  })

  it('are kept as they were typed, and deployed', async function () {
    this.timeout(PATIENCE_MS)
    await editor.doneConfig()
    await editor.done()
    const night = { name: 'night', price_per_kwh: 0.24 }
    const day = { name: 'day', days: 'mon, tue, wed, thu, fri', from: '06:00', to: '22:00' }
    const service = { service_charge: 12.5, service_per: 'month' }
    assert.deepEqual(await editor.valueOf('tariff', 'versions'), [
      { ...service, rows: [{ ...day, price_per_kwh: 0.32 }, night] },
      {
        ...{ ...service, valid_from: '2027-01-01', rows: [{ ...day, price_per_kwh: 0.4 }, night] },
        taxes: [{ name: 'VAT', percent: 19 }],
      },
    ])
    assert.deepEqual(await editor.faultsOf('tariff'), [])
    await editor.deploy()
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })
})
