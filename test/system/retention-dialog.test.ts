import assert from 'node:assert/strict'
import { it } from 'mocha'
import { screenshot } from '../support/browser'
import { until } from '../support/editor'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'

const PATIENCE_MS = 60_000

describeDialog('The tiers of kasa-retention, in its dialog', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const flow = [
    { id: 'database', type: 'kasa-database', name: 'Home', file: 'retention-dialog.sqlite' },
    { id: 'old', type: 'kasa-retention', z: 'tab', database: 'database', x: 200, y: 100, wires: [[], []] },
  ]
  useEditor(
    version,
    { type: 'kasa-retention', flow: () => flow },
    (session) => ({ nodeRed, browser, editor } = session),
  )

  const rows = () => editor.page.locator('.kasa-retention-tier')
  const field = (row: number, name: string) => rows().nth(row).locator(`[name=${name}]`)
  const plan = (text: RegExp) => editor.page.locator('#kasa-retention-plan').filter({ hasText: text }).waitFor()
  const open = async () => {
    await editor.open('old')
    await rows().first().waitFor()
  }

  it('are those that a node without any has by default, and said in words', async function () {
    this.timeout(PATIENCE_MS)
    await open()
    assert.equal(await rows().count(), 2)
    await plan(/^Every reading for 7 days, one row an hour for 30 days, one row a day for a year\./)
    await plan(/Roughly [\d.]+ MB a device after a year: readings [\d.]+ kB, hourly [\d.]+ kB, daily [\d.]+ kB\./)
    const zone = await editor.page.getAttribute('#node-input-time_zone', 'placeholder')
    assert.match(String(zone), /^[A-Z][\w/+-]+, of this machine$/)
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('are added, removed and changed, and a wrong one is told at once', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.locator('.kasa-retention .red-ui-editableList-addButton').click()
    assert.equal(await rows().count(), 3)
    await field(2, 'name').fill('Monthly!')
    await plan(/name/)
    await field(2, 'name').fill('monthly')
    await field(0, 'count').fill('15')
    await field(0, 'unit').selectOption('m')
    await field(0, 'name').fill('quarterly')
    await rows().nth(1).locator('summary').click()
    for (const key of ['power_w', 'on']) await rows().nth(1).locator(`[value=${key}]`).check()
    await editor.page.fill('#node-input-raw_keep_days', '3')
    await plan(
      /^Every reading for 3 days, one row every 15 minutes for 30 days, one row a day for a year, one row a month for ever\./,
    )
    await screenshot(editor.page, `${version.title}-retention-tiers`)
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('are kept as they were typed, and shown again', async function () {
    this.timeout(PATIENCE_MS)
    await editor.done()
    assert.deepEqual(await editor.valueOf('old', 'tiers'), [
      { name: 'quarterly', bucket: '15m', keep_days: 30, fields: '' },
      { name: 'daily', bucket: '1d', keep_days: 365, fields: 'on, power_w' },
      { name: 'monthly', bucket: '1mo', keep_days: 0, fields: '' },
    ])
    await open()
    assert.equal(await rows().count(), 3)
    assert.equal(await field(0, 'unit').inputValue(), 'm')
    assert.equal(await field(1, 'keep_unit').inputValue(), 'years')
    assert.equal(await field(2, 'keep').isVisible(), false)
    assert.match(await rows().nth(1).locator('summary').innerText(), /^Fields: on, power_w$/)
    await rows().nth(2).locator('xpath=ancestor::li[1]').locator('.red-ui-editableList-item-remove').click()
    await plan(/one row a day for a year\./)
    await editor.done()
    assert.deepEqual(await editor.faultsOf('old'), [])
  })

  it('are what a dry run of the deployed node answers with', async function () {
    this.timeout(PATIENCE_MS)
    await editor.deploy()
    await editor.status('kasa-retention', /^(waiting|nothing to roll up)$/)
    await open()
    const report = editor.page.locator('.kasa-retention-report')
    // Just after a deploy the node may not be there yet, and says so.
    await until(report, () => editor.page.click('#kasa-retention-dry-run'))
    await report.scrollIntoViewIfNeeded()
    assert.match(await report.innerText(), /rows to make[^]*raw\s+0\s+0[^]*quarterly\s+0\s+0[^]*daily\s+0\s+0/)
    await screenshot(editor.page, `${version.title}-retention-dry-run`)
    assert.deepEqual(await editor.untranslated(), [])
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })
})
