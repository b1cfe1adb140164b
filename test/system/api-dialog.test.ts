import assert from 'node:assert/strict'
import { it } from 'mocha'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'
import { soon } from '../support/soon'

const PATIENCE_MS = 60_000

describeDialog('The keys of kasa-api, in its dialog', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const flow = [{ id: 'api', type: 'kasa-api', z: 'tab', path: '/kasa', x: 200, y: 100, wires: [[]] }]
  useEditor(version, { type: 'kasa-api', flow: () => flow }, (session) => ({ nodeRed, browser, editor } = session))

  const row = (index: number) => editor.page.locator('.kasa-api-key').nth(index)
  const shown = () => editor.page.locator('.kasa-api-key:visible').count()
  const status = async (key?: string) =>
    (await fetch(`${nodeRed.url}/kasa/devices`, { headers: key === undefined ? {} : { 'x-api-key': key } })).status
  /** The editor says that it has deployed a moment before the nodes are there. */
  const answers = (...wanted: readonly (readonly [key: string | undefined, status: number])[]) =>
    soon(async () => {
      const got = await Promise.all(wanted.map(async ([key]) => [key, await status(key)] as const))
      assert.deepEqual(got, wanted)
    })
  let key: string

  it('are none at first; the dialog says where the API is described', async function () {
    this.timeout(PATIENCE_MS)
    await editor.open('api')
    assert.equal(await shown(), 0)
    assert.equal(
      await editor.page.locator('#kasa-api-address').innerText(),
      `Described at ${nodeRed.url}/kasa/openapi.json`,
    )
    assert.deepEqual(await editor.untranslated(), [])
  })

  it('can be made up, and hold from the deploy on', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.click('#kasa-api-add-key')
    await row(0).locator('.kasa-api-key-name').fill('dashboard')
    await row(0).locator('button').first().click()
    key = await row(0).locator('#node-input-key_1').inputValue()
    assert.match(key, /^[\w-]{32}$/)
    await editor.page.click('#kasa-api-add-key')
    await row(1).locator('.kasa-api-key-name').fill('switches')
    await row(1).locator('select').selectOption('command')
    await row(1).locator('#node-input-key_2').fill('typed-by-a-person')
    await screenshot(editor.page, `${version.title}-api-keys`)
    await editor.done()
    await editor.deploy()
    await answers([undefined, 401], [key, 200], ['typed-by-a-person', 200])
  })

  it('stay when the dialog is opened and closed, and are not shown again', async function () {
    this.timeout(PATIENCE_MS)
    await editor.open('api')
    assert.equal(await shown(), 2)
    assert.notEqual(await row(0).locator('#node-input-key_1').inputValue(), key)
    await editor.fill('node-input-name', 'My API')
    await editor.done()
    await editor.deploy()
    await answers([key, 200])
    assert.deepEqual(await editor.valueOf('api', 'keys'), [
      { slot: 1, name: 'dashboard', right: 'read' },
      { slot: 2, name: 'switches', right: 'command' },
    ])
  })

  it('no longer open anything once they are removed', async function () {
    this.timeout(PATIENCE_MS)
    await editor.open('api')
    await row(0).locator('button').last().click()
    assert.equal(await shown(), 1)
    await editor.done()
    await editor.deploy()
    await answers([key, 401], ['typed-by-a-person', 200])
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })
})
