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
  readonly end: () => Promise<void>
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

export interface EditorOptions {
  /** A node of ours that has to be in the palette before anything is done. */
  readonly type: string
  readonly flow?: readonly FlowNode[]
  readonly packs?: readonly string[]
}

/** Opens the editor before the tests of a suite, and ends it after them. */
export function useEditor(
  version: NodeRedVersion,
  options: EditorOptions,
  opened: (session: EditorSession) => void,
): void {
  let session: EditorSession | undefined
  before(async function () {
    this.timeout(PATIENCE_MS)
    session = await openEditor(version, options)
    opened(session)
  })
  after(() => session?.end())
}

/** Opens the editor on a flow. */
export async function openEditor(
  version: NodeRedVersion,
  { type, flow = [], packs = [PROJECT] }: EditorOptions,
): Promise<EditorSession> {
  const nodeRed = new NodeRedProcess(version, { packs })
  let browser: TestBrowser | undefined
  const end = async () => {
    await browser?.stop()
    await nodeRed.stop()
  }
  try {
    await nodeRed.start()
    if (flow.length > 0) await nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'test' }, ...flow])
    browser = await TestBrowser.start()
    const editor = new Editor(await browser.open(nodeRed.url))
    await editor.ready(type)
    return { nodeRed, browser, editor, end }
  } catch (error) {
    await end()
    throw error
  }
}
