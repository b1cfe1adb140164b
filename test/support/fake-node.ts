import { EventEmitter } from 'node:events'
import type { Node, NodeAPI } from 'node-red'
import type { Message, NodeStatus } from './node-red'

type InputCallback = (message: Message, send: (message: unknown) => void, done: (error?: Error) => void) => void
type Close = (removed: boolean, done: () => void) => void

/** As much of a Node-RED node as `register` touches, for what a real one would make slow or hard to see. */
export class FakeNode extends EventEmitter {
  readonly id = 'fake'
  readonly shown: NodeStatus[] = []
  readonly errors: unknown[] = []
  service?: object

  constructor(
    readonly type = 'kasa-fake',
    readonly credentials?: Record<string, string>,
  ) {
    super()
  }

  status(status: NodeStatus): void {
    this.shown.push(status)
  }

  error(error: unknown): void {
    this.errors.push(error)
  }

  warn(): void {}

  log(): void {}

  /** Resolves with what was sent when the node is done, rejects with its error. */
  receive(message: Message): Promise<unknown[]> {
    const sent: unknown[] = []
    const handlers = this.listeners('input') as InputCallback[]
    return new Promise((resolve, reject) => {
      if (handlers.length !== 1) reject(new Error(`${handlers.length} input handlers`))
      handlers[0]?.(
        message,
        (given) => sent.push(given),
        (error) => (error ? reject(error) : resolve(sent)),
      )
    })
  }

  close(): Promise<void> {
    const [close] = this.listeners('close') as Close[]
    return new Promise((resolve) => close?.(false, resolve))
  }

  asNode(): Node {
    return this as unknown as Node
  }
}

/** A runtime that makes a registered type's node from its settings, among the config nodes that are given. */
export function fakeRuntime(configNodes: Record<string, FakeNode> = {}): {
  RED: NodeAPI
  make(node: FakeNode, config: Record<string, unknown>): void
} {
  let constructor: (this: FakeNode, config: object) => void = () => {
    throw new Error('No type is registered')
  }
  const nodes = {
    createNode: () => {},
    eachNode: () => {},
    getNode: (id: string) => configNodes[id] ?? null,
    registerType: (_type: string, given: typeof constructor) => (constructor = given),
  }
  return {
    RED: { nodes } as unknown as NodeAPI,
    make: (node, config) => constructor.call(node, { type: node.type, ...config }),
  }
}
