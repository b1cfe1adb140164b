import type { Node, NodeMessage, NodeMessageInFlow } from 'node-red'
import { toMonitorError } from '../../src/domain/errors'

export type Message = NodeMessageInFlow & Record<string, unknown>
export type Output = NodeMessage | NodeMessage[] | null
export type Send = (message: NodeMessage | Output[]) => void
export type InputHandler = (message: Message, send: Send) => void | Promise<void>

/**
 * The one way to attach a handler to messages: whatever it throws, at once or later, ends in `done(error)`. A rejection
 * that nobody catches would end the whole Node-RED. Node-RED counts the three parameters.
 */
export function input(node: Node, handler: InputHandler, failed: (error: Error) => void): void {
  node.on('input', (message, send, done) => {
    run(handler, message as Message, send as Send)
      .then(
        () => done(),
        (thrown: unknown) => {
          const error = toMonitorError(thrown)
          failed(error)
          done(error)
        },
      )
      .catch(failed)
  })
}

async function run(handler: InputHandler, message: Message, send: Send): Promise<void> {
  await handler(message, send)
}
