import type { Locator, Page } from 'playwright-core'

/** What the editor's own scripts offer a page that is driven. */
interface EditorNode {
  readonly id: string
  readonly type: string
  readonly valid?: boolean
  readonly validationErrors?: readonly string[]
  readonly status?: { readonly text?: string }
  readonly [key: string]: unknown
}
declare const RED: {
  nodes: {
    getType(type: string): object | null
    filterNodes(filter: object): EditorNode[]
    node(id: string): EditorNode | null
    dirty(): boolean
  }
  actions: { invoke(action: string): void }
  /** 0 until the flows are loaded. */
  workspaces: { active(): string | 0 }
}

const PATIENCE = { timeout: 20_000 }
const SEEN_WITHIN_MS = 5000

/** Node-RED's editor in a browser, driven as a person drives it. */
export class Editor {
  constructor(readonly page: Page) {}

  /** Waits until a node type and the flows are loaded. */
  async ready(type: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => 'RED' in globalThis && RED.nodes.getType(wanted) !== null && Boolean(RED.workspaces.active()),
      type,
      PATIENCE,
    )
    await this.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' })
  }

  /** Drags a node out of the palette; returns its id. */
  async drag(type: string, at: { x: number; y: number }): Promise<string> {
    const before = await this.ids({ type })
    const item = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`)
    await item.scrollIntoViewIfNeeded()
    const from = await item.boundingBox()
    const canvas = await this.page.locator('#red-ui-workspace-chart').boundingBox()
    if (!from || !canvas) throw new Error(`${type} is not in the palette`)
    const { mouse } = this.page
    await mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await mouse.down()
    await mouse.move(canvas.x + at.x - 50, canvas.y + at.y - 40, { steps: 6 })
    await mouse.move(canvas.x + at.x, canvas.y + at.y, { steps: 6 })
    await mouse.up()
    await this.page.waitForFunction(
      ({ wanted, count }) => RED.nodes.filterNodes({ type: wanted }).length > count,
      { wanted: type, count: before.length },
      PATIENCE,
    )
    const [id] = (await this.ids({ type })).filter((each) => !before.includes(each))
    if (id === undefined) throw new Error(`${type} was not dropped`)
    return id
  }

  /** Opens the dialog of a node. */
  async open(id: string): Promise<void> {
    const node = this.page.locator(`[id="${id}"]`)
    // The editor tells a double click by when it comes to its halves: on a busy machine that is too late.
    await until(this.page.locator('#dialog-form').last(), () => node.dblclick())
    await this.dialogReady('#dialog-form')
  }

  /** Opens the dialog of a new config node, from the dialog of a node that needs one. */
  async addConfig(property: string): Promise<void> {
    const add = this.page.locator(`#node-input-btn-${property}-add`)
    const edit = this.page.locator(`#node-input-btn-${property}-edit`)
    await ((await add.isVisible()) ? add : edit).click()
    await this.dialogReady('#node-config-dialog-edit-form')
  }

  async fill(input: string, value: string): Promise<void> {
    await this.page.fill(`#${input}`, value)
  }

  /** Texts that stand for a missing translation: `kasa-poll.label.name`. */
  async untranslated(): Promise<string[]> {
    const texts = await this.page.locator('.red-ui-tray-body:visible').allInnerTexts()
    return texts.flatMap((text) => text.match(/\bkasa-[a-z-]+\.[a-z]+[\w.-]*/g) ?? [])
  }

  async doneConfig(): Promise<void> {
    await this.closeTray('#node-config-dialog-ok')
  }

  async done(): Promise<void> {
    await this.closeTray('#node-dialog-ok')
  }

  /** Why the editor takes a node to be set up wrongly; empty where it does not. */
  async faultsOf(id: string): Promise<readonly string[]> {
    return this.page.evaluate((wanted) => {
      const node = RED.nodes.node(wanted)
      if (!node) return ['it is gone']
      return node.valid === false ? (node.validationErrors ?? ['invalid']) : []
    }, id)
  }

  valueOf(id: string, key: string): Promise<unknown> {
    return this.page.evaluate(({ wanted, property }) => RED.nodes.node(wanted)?.[property], {
      wanted: id,
      property: key,
    })
  }

  /** Imports an example of the library, which brings its tab; `path`: pack, folders, file without `.json`. */
  async importExample(path: readonly string[]): Promise<void> {
    await this.page.evaluate(() => RED.actions.invoke('core:show-examples-import-dialog'))
    const tab = this.page.locator('#red-ui-clipboard-dialog-import-tab-examples')
    await tab.waitFor()
    // The dialog has shown its clipboard first, and disables the button 100 ms later because that is empty. Timers of a page
    // fire in the order of their times, however late.
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)))
    let label = tab
    for (const [depth, name] of path.entries()) {
      const folder = depth === 0 ? tab : label.locator('xpath=ancestor::li[1]')
      const inside = folder.locator('.red-ui-treeList-label').getByText(name, { exact: true }).first()
      // Lists slide while they open, and a click meets what has just moved there.
      const opened = label
      if (depth > 0) await until(inside, () => opened.click())
      label = inside
    }
    await label.click()
    const before = (await this.ids({})).length
    const importButton = this.page.locator('#red-ui-clipboard-dialog-ok')
    // The dialog may forget a choice that was made while it was still building up: whoever sees that chooses again.
    while (!(await importButton.isEnabled())) {
      await label.click()
      await this.page.waitForTimeout(200)
    }
    await importButton.click()
    // While it is open, the next import is ignored.
    await importButton.waitFor({ state: 'hidden' })
    await this.page.waitForFunction((count) => RED.nodes.filterNodes({}).length > count, before, PATIENCE)
  }

  /** Fails where the editor asks first, because of invalid or unused nodes. */
  async deploy(): Promise<void> {
    await this.page.click('#red-ui-header-button-deploy')
    await this.page.waitForFunction(() => !RED.nodes.dirty(), null, PATIENCE)
  }

  /** Waits until a node of a type shows a status that matches. */
  async status(type: string, wanted = /./): Promise<string> {
    const shown = await this.page.waitForFunction(
      ({ type, pattern }) => {
        const texts = RED.nodes.filterNodes({ type }).map((node) => node.status?.text ?? '')
        return texts.find((text) => new RegExp(pattern).test(text))
      },
      { type, pattern: wanted.source },
      PATIENCE,
    )
    return String(await shown.jsonValue())
  }

  private ids(filter: object): Promise<string[]> {
    return this.page.evaluate((given) => RED.nodes.filterNodes(given).map((node) => node.id), filter)
  }

  private async dialogReady(form: string): Promise<void> {
    await this.page.locator(form).last().waitFor()
    await this.settled()
  }

  private async closeTray(button: string): Promise<void> {
    await this.page.click(button)
    await this.page.locator(button).waitFor({ state: 'detached' })
    await this.settled()
  }

  /** Dialogs slide; clicks on what still moves go astray. */
  private async settled(): Promise<void> {
    let before = ''
    await this.page.waitForFunction(() => document.getAnimations().length === 0, null, PATIENCE)
    for (let same = 0; same < 3;) {
      const boxes = await this.page.evaluate(() =>
        [...document.querySelectorAll('.red-ui-tray')]
          .map((tray) => JSON.stringify(tray.getBoundingClientRect()))
          .join(),
      )
      same = boxes === before ? same + 1 : 0
      before = boxes
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    }
  }
}

/** Does what a person does once more who sees that nothing has come of it. */
export async function until(isThere: Locator, act: () => Promise<void>): Promise<void> {
  const isSeen = () =>
    isThere.waitFor({ timeout: SEEN_WITHIN_MS }).then(
      () => true,
      () => false,
    )
  do await act()
  while (!(await isSeen()))
}
