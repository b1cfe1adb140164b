import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, it } from 'mocha'
import { screenshot, screenshotAnyway } from '../support/browser'
import { Editor } from '../support/editor'
import { describeInEditors, openEditor, type EditorSession } from '../support/editor-session'
import { DASHBOARD_PACK, type NodeRedVersion } from '../support/node-red-process'
import { PROJECT } from '../support/node-red'
import { EVERYWHERE } from '../support/where'

const EXAMPLES = join(PROJECT, 'examples', 'flows')
const PATIENCE_MS = 90_000

const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  name: string
  'node-red': { nodes: Record<string, string> }
}
const types = Object.keys(manifest['node-red'].nodes)
const configTypes = ['kasa-fleet', 'kasa-database', 'kasa-tariff', 'kasa-cache-store', 'kasa-mqtt']
const nodeTypes = types.filter((type) => !configTypes.includes(type))

describeInEditors('the editor in a browser', (version) => {
  let end: (() => Promise<void>) | undefined
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  before(async function () {
    this.timeout(PATIENCE_MS)
    const packs = [PROJECT, ...(existsSync(DASHBOARD_PACK) ? [DASHBOARD_PACK] : [])]
    ;({ nodeRed, browser, editor, end } = await openEditor(version, { type: types[0] ?? '', packs }))
  })

  after(async () => {
    await end?.()
  })

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await screenshotAnyway(editor.page, `${version.title}-failed`)
    assert.deepEqual(browser.problems, [])
    assert.deepEqual(nodeRed.faults, [])
  })

  it('takes each node from the palette, and shows its dialog in words', async function () {
    this.timeout(PATIENCE_MS)
    for (const [index, type] of nodeTypes.entries()) {
      const id = await editor.drag(type, { x: 180 + 260 * (index % 3), y: 90 + 90 * Math.floor(index / 3) })
      await editor.open(id)
      assert.deepEqual(await editor.untranslated(), [], type)
      await editor.fill('node-input-name', `my ${type}`)
      await screenshot(editor.page, `${version.title}-${type}`)
      await editor.done()
      assert.equal(await editor.valueOf(id, 'name'), `my ${type}`)
    }
  })

  it('takes the name of an environment variable where a number stands, and refuses words', async function () {
    this.timeout(PATIENCE_MS)
    const id = await editor.drag('kasa-batch', { x: 440, y: 420 })
    for (const [typed, faults] of [
      ['${KASA_COUNT:-20}', 0],
      ['${KASA_COUNT}', 0],
      ['many', 1],
      ['20', 0],
    ] as const) {
      await editor.open(id)
      await editor.fill('node-input-maximum_count', typed)
      await editor.done()
      assert.equal(await editor.valueOf(id, 'maximum_count'), typed)
      assert.equal((await editor.faultsOf(id)).length, faults, typed)
    }
  })

  for (const [type, property] of [
    ['kasa-poll', 'fleet'],
    ['kasa-write', 'database'],
    ['kasa-cache', 'store'],
    ['kasa-homeassistant', 'broker'],
  ] as const) {
    it(`makes the config node that ${type} needs, from within its dialog`, async function () {
      this.timeout(PATIENCE_MS)
      const id = await editor.drag(type, { x: 180, y: 420 })
      await editor.open(id)
      await editor.addConfig(property)
      assert.deepEqual(await editor.untranslated(), [])
      await editor.fill('node-config-input-name', 'made here')
      await screenshot(editor.page, `${version.title}-kasa-${property}`)
      await editor.doneConfig()
      await editor.done()
      assert.deepEqual(await editor.faultsOf(id), [])
    })
  }

  it('imports examples and deploys them all', async function () {
    this.timeout(PATIENCE_MS)
    editor = new Editor(await browser.open(nodeRed.url))
    await editor.ready(types[0] ?? '')
    for (const path of examplesFor(version)) {
      const text = readFileSync(join(EXAMPLES, ...path), 'utf8')
      if (text.includes('"global-config"') && !existsSync(DASHBOARD_PACK)) {
        console.log(`      not imported: ${path.join('/')} needs FlowFuse Dashboard, which is not installed here`)
        continue
      }
      await editor.importExample([manifest.name, 'flows', ...path.map((name) => name.replace(/\.json$/, ''))])
    }
    await screenshot(editor.page, `${version.title}-imported`)
    await editor.deploy()
    await screenshot(editor.page, `${version.title}-deployed`)
    assert.ok(nodeRed.alive)
  })
})

/** Every fourth, others in each Node-RED: test/examples deploys all of them in both. */
function examplesFor({ title }: NodeRedVersion): string[][] {
  return examples().filter((_path, index) => EVERYWHERE || index % 4 === (title === '4.1' ? 0 : 2))
}

function examples(folder = EXAMPLES, path: readonly string[] = []): string[][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? examples(join(folder, entry.name), [...path, entry.name]) : [[...path, entry.name]],
  )
}
