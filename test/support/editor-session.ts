import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { browserProgram, TestBrowser } from './browser'
import { Editor } from './editor'
import { PROJECT, type FlowNode } from './node-red'
import { forEachNodeRedProcess, NodeRedProcess, OLDEST, type NodeRedVersion } from './node-red-process'
import { EVERYWHERE } from './where'

const PATIENCE_MS = 60_000

/** The editor of a real Node-RED with this pack, open in a real browser. */
export interface EditorSession {
  readonly nodeRed: NodeRedProcess
  readonly browser: TestBrowser
  readonly editor: Editor
}

/** Tests of what our dialogs do; that each opens in the editor of each Node-RED is for `editor.test.ts`. */
export function describeDialog(title: string, tests: (version: NodeRedVersion) => void): void {
  describeInEditors(title, (version) => {
    if (EVERYWHERE || version.title === OLDEST) tests(version)
  })
}

/** Tests of the editor, for each version of Node-RED; where they cannot run, it says why. */
export function describeInEditors(title: string, tests: (version: NodeRedVersion) => void): void {
  describe(title, () => {
    if (browserProgram() === undefined) {
      it.skip('not run: no Chromium is installed here; CHROMIUM_PATH can name one')
    } else if (!existsSync(join(PROJECT, 'dist', 'nodes'))) {
      it.skip('not run: `npm run build` makes the folder dist, which is what gets loaded')
    } else forEachNodeRedProcess('with this pack', tests)
  })
}

/** A Node-RED and a browser for all suites of a process: to start them takes longer than most of what is tested there. */
interface Shared {
  readonly nodeRed: NodeRedProcess
  readonly browser: TestBrowser
}
const shared = new Map<NodeRedVersion['title'], Shared>()

after('the Node-REDs and browsers of dialogs', async () => {
  await Promise.all([...shared.values()].map(end))
})

/** Deploys a flow and opens the editor on it before the tests of a suite; closes its page after them. */
export function useEditor(
  version: NodeRedVersion,
  { type, flow }: { readonly type: string; readonly flow: () => readonly FlowNode[] },
  opened: (session: EditorSession) => void,
): void {
  let editor: Editor | undefined
  before(async function () {
    this.timeout(PATIENCE_MS)
    const { nodeRed, browser } = await sharedFor(version)
    nodeRed.log = ''
    browser.problems.length = 0
    await nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'test' }, ...flow()])
    editor = await openedEditor(browser, nodeRed, type)
    opened({ nodeRed, browser, editor })
  })
  after(() => editor?.page.close())
}

async function sharedFor(version: NodeRedVersion): Promise<Shared> {
  const known = shared.get(version.title)
  if (known) return known
  const started = await start(version, [PROJECT])
  shared.set(version.title, started)
  return started
}

/** Opens the editor of a Node-RED of its own, which has no flow. */
export async function openEditor(
  version: NodeRedVersion,
  { type, packs }: { readonly type: string; readonly packs: readonly string[] },
): Promise<EditorSession & { readonly end: () => Promise<void> }> {
  const started = await start(version, packs)
  try {
    const editor = await openedEditor(started.browser, started.nodeRed, type)
    return { ...started, editor, end: () => end(started) }
  } catch (error) {
    await end(started)
    throw error
  }
}

async function start(version: NodeRedVersion, packs: readonly string[]): Promise<Shared> {
  const nodeRed = new NodeRedProcess(version, { packs })
  try {
    await nodeRed.start()
    return { nodeRed, browser: await TestBrowser.start() }
  } catch (error) {
    await nodeRed.stop()
    throw error
  }
}

async function end({ nodeRed, browser }: Shared): Promise<void> {
  await browser.stop()
  await nodeRed.stop()
}

async function openedEditor(browser: TestBrowser, { url }: NodeRedProcess, type: string): Promise<Editor> {
  const editor = new Editor(await browser.open(url))
  await editor.ready(type)
  return editor
}
