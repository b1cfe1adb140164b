import { it } from 'mocha'
import assert from 'node:assert/strict'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'

const PATIENCE_MS = 60_000
const CANARY = 's3cr3t-CANARY'

describeDialog('Several accounts, in the dialog of a fleet', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const hosts = [{ host: '127.77.9.1' }, { host: '127.77.9.2' }]
  const flow = [
    {
      ...{ id: 'fleet', type: 'kasa-fleet', name: 'Home', hosts, port: 9 },
      credentials: { username: 'me', password: CANARY },
    },
    { id: 'poll', type: 'kasa-poll', z: 'tab', fleet: 'fleet', x: 200, y: 100, wires: [[], [], []] },
  ]
  useEditor(version, { type: 'kasa-poll', flow: () => flow }, (session) => ({ nodeRed, browser, editor } = session))

  const openFleet = async () => {
    await editor.open('poll')
    await editor.page.click('#node-input-btn-fleet-edit')
    await editor.page.locator('#kasa-fleet-find').waitFor()
  }
  /** Two clicks in quick succession are a double click to the editor, which does not count. */
  const turnTo = async (page: 'devices' | 'login') => {
    const { page: editorPage } = editor
    while (!(await editorPage.locator(`#kasa-fleet-${page}`).isVisible())) {
      await editorPage.click(`#kasa-fleet-tabs a[href="#kasa-fleet-${page}"]`)
    }
  }

  it('are out of the way of whoever has one', async function () {
    this.timeout(PATIENCE_MS)
    await openFleet()
    const choices = editor.page.locator('.kasa-fleet-login-choice')
    assert.equal(await choices.count(), 2)
    assert.equal(await choices.first().isVisible(), false)
    await turnTo('login')
    assert.equal(await editor.page.locator('#node-config-input-username_2').isVisible(), false)
    assert.equal(await editor.page.inputValue('#node-config-input-username'), 'me')
    assert.equal(await editor.page.inputValue('#node-config-input-password'), '__PWRD__')
  })

  it('are chosen beside each host once a second is filled in', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.click('#kasa-fleet-more-logins summary')
    await editor.fill('node-config-input-username_2', 'guest')
    await editor.fill('node-config-input-password_2', CANARY)
    await screenshot(editor.page, `${version.title}-fleet-accounts`)
    assert.deepEqual(await editor.untranslated(), [])
    await turnTo('devices')
    await editor.page.locator('.kasa-fleet-login-choice').nth(1).selectOption({ label: 'account 2' })
    await screenshot(editor.page, `${version.title}-fleet-account-choice`)
    await editor.doneConfig()
    await editor.done()
    const hosts = [{ host: '127.77.9.1' }, { host: '127.77.9.2', login: 2 }]
    assert.deepEqual(await editor.valueOf('fleet', 'hosts'), hosts)
    await editor.deploy()
    await openFleet()
    assert.equal(await editor.page.locator('.kasa-fleet-login-choice').nth(1).inputValue(), '2')
    await turnTo('login')
    assert.equal(await editor.page.inputValue('#node-config-input-username_2'), 'guest')
    assert.doesNotMatch(await editor.page.content(), new RegExp(CANARY))
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })
})
