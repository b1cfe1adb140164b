import type { Node, NodeStatusFill, NodeStatusShape } from 'node-red'

const LOOKS = {
  ready: ['green', 'dot'],
  busy: ['blue', 'dot'],
  waiting: ['yellow', 'ring'],
  failed: ['red', 'ring'],
  idle: ['grey', 'ring'],
} as const satisfies Record<string, readonly [NodeStatusFill, NodeStatusShape]>

export type StatusKind = keyof typeof LOOKS

const LONGEST_TEXT = 40
/** Of an absolute path: the end of it is what people know it by. */
const FOLDERS = /(?:[A-Za-z]:)?[\\/](?:[^\\/:]+[\\/])+/g

/** What a node shows below itself. Equal statuses are sent once: the editor hears only of changes. */
export class Status {
  private shown = ''
  private ended = false

  constructor(private readonly node: Pick<Node, 'status'>) {}

  /** Keep `text` short, under 20 characters where it can be. */
  show(kind: StatusKind, text: string): void {
    const [fill, shape] = LOOKS[kind]
    const short = shorten(text)
    if (this.ended || this.shown === kind + short) return
    this.shown = kind + short
    this.node.status({ fill, shape, text: short })
  }

  clear(): void {
    if (this.ended || this.shown === '') return
    this.shown = ''
    this.node.status({})
  }

  /** Shows nothing from now on: after a redeploy the place below the node belongs to its successor. */
  end(): void {
    this.ended = true
  }
}

function shorten(text: string): string {
  if (text.length <= LONGEST_TEXT) return text
  const named = text.replace(FOLDERS, '')
  return named.length <= LONGEST_TEXT ? named : `${named.slice(0, LONGEST_TEXT - 1)}…`
}
