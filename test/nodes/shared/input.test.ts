import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { input, type InputHandler } from '../../../nodes/shared/input'
import { invalid, type MonitorError } from '../../../src/domain/errors'
import { FakeNode } from '../../support/fake-node'

function nodeWith(handler: InputHandler): { node: FakeNode; failures: Error[] } {
  const node = new FakeNode()
  const failures: Error[] = []
  input(node.asNode(), handler, (error) => failures.push(error))
  return { node, failures }
}

describe('A message handler', () => {
  it('takes the three parameters that Node-RED counts', () => {
    const { node } = nodeWith(() => {})
    assert.deepEqual(
      node.listeners('input').map((listener) => listener.length),
      [3],
    )
  })

  it('is done when its promise is', async () => {
    const { node, failures } = nodeWith(async (message, send) => {
      await Promise.resolve()
      send({ payload: message.payload })
    })
    assert.deepEqual(await node.receive({ payload: 7 }), [{ payload: 7 }])
    assert.deepEqual(failures, [])
  })

  it('ends a rejection in done, with code and details, and tells the node', async () => {
    const refusal = invalid('INPUT_INVALID', 'limit', -1, 'a whole number from 1 to 10000')
    const { node, failures } = nodeWith(() => Promise.reject(refusal))
    await assert.rejects(node.receive({}), (error) => error === refusal)
    assert.deepEqual(failures, [refusal])
  })

  it('ends a throw before the first await in done', async () => {
    const { node } = nodeWith(() => {
      throw new TypeError('no such thing')
    })
    await assert.rejects(node.receive({}), {
      code: 'INTERNAL',
      message: 'no such thing',
    } satisfies Partial<MonitorError>)
  })

  it('makes an error of whatever is thrown', async () => {
    const { node } = nodeWith(() => Promise.reject('a text' as unknown as Error))
    await assert.rejects(node.receive({}), { name: 'MonitorError', message: 'a text' })
  })

  it('survives a runtime that throws when it is told of the end', async () => {
    const { node, failures } = nodeWith(() => {})
    const [handler] = node.listeners('input') as ((message: object, send: object, done: () => void) => void)[]
    handler?.({}, {}, () => {
      throw new Error('a hook failed')
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      failures.map((error) => error.message),
      ['a hook failed'],
    )
  })
})
