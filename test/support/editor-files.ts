import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import type { NodeSchema } from '../../nodes/shared/schema'
import { BUILD, PROJECT } from './node-red'

/** What `RED.nodes.registerType` of the editor is given. */
export interface EditorDefinition {
  readonly category: string
  readonly defaults: Readonly<Record<string, EditorDefault>>
  readonly inputs?: number
  readonly outputs?: number
  readonly icon?: string
  readonly label: (this: EditorNode) => string
  readonly inputLabels?: (this: EditorNode, index: number) => string
  readonly outputLabels?: (this: EditorNode, index: number) => string
}
export interface EditorDefault {
  readonly value: unknown
  readonly validate?: (value: unknown, options?: object) => unknown
}
export type EditorNode = Record<string, unknown> & { _: (key: string) => string }
type Words = { readonly [key: string]: string | Words }

/** The types of the pack's manifest. */
export const NODE_TYPES = Object.keys(
  (JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { 'node-red': { nodes: object } })['node-red']
    .nodes,
)

/** The files that the editor gets for one node type, as the build made them. */
export class EditorFiles {
  readonly folder: string
  readonly html: string
  readonly help: string
  readonly schema: NodeSchema
  readonly words: Words

  constructor(readonly type: string) {
    this.folder = join(BUILD, 'nodes', type)
    this.html = readFileSync(join(this.folder, `${type}.html`), 'utf8')
    const locale = join(this.folder, 'locales', 'en-US', type)
    this.help = readFileSync(`${locale}.html`, 'utf8')
    this.words = (JSON.parse(readFileSync(`${locale}.json`, 'utf8')) as Record<string, Words>)[type] ?? {}
    this.schema = (require(join(this.folder, `${type}.schema.js`)) as { schema: NodeSchema }).schema
  }

  /** Types that its scripts register, with their definitions. */
  get definitions(): ReadonlyMap<string, EditorDefinition> {
    const found = new Map<string, EditorDefinition>()
    const RED = { nodes: { registerType: (type: string, given: EditorDefinition) => found.set(type, given) } }
    for (const [, script] of this.html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) {
      runInNewContext(script ?? '', { RED })
    }
    return found
  }

  get definition(): EditorDefinition {
    const definition = this.definitions.get(this.type)
    if (!definition) throw new Error(`${this.type}.html registers no ${this.type}`)
    return definition
  }

  /** A node of the type as the editor makes it from the palette. */
  newNode(settings: Record<string, unknown> = {}): EditorNode {
    const defaults = Object.entries(this.definition.defaults).map(([key, { value }]) => [key, value])
    return { ...(Object.fromEntries(defaults) as object), ...settings, _: (key) => this.word(key) }
  }

  /** The words behind a key such as `kasa-poll.label.fleet`, which must be there. */
  word(key: string): string {
    let found: string | Words | undefined = { [this.type]: this.words }
    for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined
    if (typeof found !== 'string' || found.trim() === '') throw new Error(`No words for ${key}`)
    return found
  }

  get icons(): string[] {
    return readdirSync(join(this.folder, 'icons'))
  }
}
