import assert from 'node:assert/strict'
import { it } from 'mocha'
import { screenshot } from '../../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../../support/editor-session'
import { startRedis, whyNoRedis } from '../../support/redis-servers'

const PATIENCE_MS = 60_000
const ROWS: Readonly<Record<string, readonly string[]>> = {
  get: ['key', 'tags', 'property', 'wait_s'],
  find: ['pattern', 'property'],
  set: ['key', 'tags', 'property', 'ttl_s'],
  delete: ['key'],
  'delete-matching': ['pattern'],
  'delete-tagged': ['tag'],
  statistics: ['property'],
}
const ALL_ROWS = [...new Set(Object.values(ROWS).flat())]
const REDIS_ROWS = ['redis_prefix', 'username', 'password', 'verify_certificate', 'memory_s', 'timeout_ms', 'gather_ms']

describeDialog('The dialogs of the cache', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const flow = [
    { id: 'store', type: 'kasa-cache-store', name: 'Home' },
    {
      id: 'cache',
      type: 'kasa-cache',
      z: 'tab',
      store: 'store',
      operation: 'get',
      property: 'payload',
      x: 200,
      y: 100,
      wires: [[], []],
    },
  ]
  useEditor(version, { type: 'kasa-cache', flow: () => flow }, (session) => ({ nodeRed, browser, editor } = session))

  const openStore = async () => {
    await editor.open('cache')
    await editor.page.click('#node-input-btn-store-edit')
    await editor.page.locator('#node-config-input-redis_url').waitFor()
  }
  const check = async () => {
    await editor.page.click('#kasa-cache-store-check')
    await editor.page.locator('#kasa-cache-store-check:enabled').waitFor()
    return editor.page.locator('#kasa-cache-store-message').innerText()
  }
  const close = async () => {
    await editor.doneConfig()
    await editor.done()
  }

  it('show the fields of the chosen operation, and no others', async function () {
    this.timeout(PATIENCE_MS)
    await editor.open('cache')
    for (const [operation, rows] of Object.entries(ROWS)) {
      await editor.page.selectOption('#node-input-operation', operation)
      for (const row of ALL_ROWS) {
        const isShown = await editor.page.locator(`#node-input-${row}`).isVisible()
        assert.equal(isShown, rows.includes(row), `${operation}: ${row}`)
      }
      assert.deepEqual(await editor.untranslated(), [])
    }
    await editor.page.selectOption('#node-input-operation', 'get')
    await screenshot(editor.page, `${version.title}-kasa-cache`)
    await editor.done()
  })

  it('show what is for Redis only where there is one', async function () {
    this.timeout(PATIENCE_MS)
    await openStore()
    const shown = () =>
      Promise.all(REDIS_ROWS.map((row) => editor.page.locator(`#node-config-input-${row}`).isVisible()))
    assert.ok((await shown()).every((isShown) => !isShown))
    await editor.fill('node-config-input-redis_url', 'redis://127.0.0.1:9')
    assert.ok((await shown()).every((isShown) => isShown))
    assert.deepEqual(await editor.untranslated(), [])
    assert.match(await check(), /no server listens there/)
    await screenshot(editor.page, `${version.title}-kasa-cache-store-redis`)
    await editor.fill('node-config-input-redis_url', '')
    await close()
    assert.deepEqual(browser.problems, [])
  })

  it('test a Redis, and are deployed with its login', async function () {
    this.timeout(PATIENCE_MS)
    const missing = whyNoRedis()
    if (missing !== undefined) {
      console.log(`      not run: ${missing}`)
      this.skip()
    }
    const redis = await startRedis({ password: 'of-this-test' })
    try {
      await openStore()
      await editor.fill('node-config-input-redis_url', redis.url)
      assert.match(await check(), /does not know this user or password/)
      await editor.fill('node-config-input-password', 'of-this-test')
      assert.match(await check(), /^Redis \d[\d.]* answers in [\d.]+ ms\. It tells what others change\.$/)
      await close()
      await editor.deploy()
      await nodeRed.logged(/Started flows/)
      await editor.status('kasa-cache', /^ready$/)
      assert.ok(!JSON.stringify(await nodeRed.json('flows')).includes('of-this-test'))
      // The password is no longer in the dialog, and the test uses it all the same.
      await openStore()
      assert.match(await check(), /It tells what others change\.$/)
      await close()
      assert.deepEqual(browser.problems, [])
      assert.deepEqual(nodeRed.faults, [])
    } finally {
      await redis.stop()
    }
  })
})
