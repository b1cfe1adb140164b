import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { register, type NodeContext } from '../../../nodes/shared/register'
import type { NodeSchema } from '../../../nodes/shared/schema'
import { fakeRuntime, FakeNode } from '../../support/fake-node'

const schema = {
  type: 'kasa-fake',
  settings: {
    period_s: { type: 'number', default: 10, minimum: 1, maximum: 60, unit: 's' },
    store: { type: 'config-node', default: '', node: 'kasa-store' },
  },
} as const satisfies NodeSchema

type Context = NodeContext<typeof schema>

function start(
  compose: (context: Context) => void,
  config: Record<string, unknown> = {},
  configNodes: Record<string, FakeNode> = {},
): FakeNode {
  const node = new FakeNode()
  const { RED, make } = fakeRuntime(configNodes)
  register(RED, schema, compose)
  make(node, config)
  return node
}

describe('A registered node', () => {
  it('gets its checked settings', () => {
    let period: unknown
    start(({ settings }) => (period = settings.period_s), { period_s: '20' })
    assert.equal(period, 20)
  })

  it('shows and logs a setting out of range, and answers every message with it', async () => {
    const node = start(({ input }) => input(() => {}), { period_s: 0 })
    const text = 'period_s: 0 is not allowed; expected a number from 1 to 60 s'
    assert.equal(node.shown.at(-1)?.fill, 'red')
    assert.deepEqual(
      node.errors.map((error) => (error as Error).message),
      [text],
    )
    await assert.rejects(node.receive({}), { code: 'CONFIG_INVALID', message: text })
  })

  it('ends what it began when it fails half way, and handles no message', async () => {
    let released = 0
    let handled = 0
    const node = start(({ scope, input, provide }) => {
      scope.own(() => void released++)
      input(() => void handled++)
      provide({})
      throw new Error('half way')
    })
    await assert.rejects(node.receive({}), { message: 'half way' })
    assert.deepEqual({ released, handled, service: node.service }, { released: 1, handled: 0, service: undefined })
  })

  it('closes what it owns, then shows nothing any more', async () => {
    let released = 0
    let show = () => {}
    const node = start(({ scope, status }) => {
      scope.own(() => void released++)
      show = () => status.show('ready', 'late')
    })
    assert.deepEqual(
      node.listeners('close').map((listener) => listener.length),
      [2],
    )
    await node.close()
    show()
    assert.equal(released, 1)
    assert.deepEqual(node.shown, [])
  })

  it('finds the service of the config node that it chose', () => {
    const store = new FakeNode('kasa-store')
    store.service = { answer: 42 }
    let found: unknown
    start(({ service }) => (found = service<{ answer: number }>('store').answer), { store: 'a' }, { a: store })
    assert.equal(found, 42)
  })

  const wrongStores: [string, Record<string, FakeNode>, RegExp][] = [
    ['none', {}, /^store: "a" is not allowed; expected a kasa-store node that is there and enabled$/],
    ['another type', { a: new FakeNode('mqtt-broker') }, /^store: .* expected a kasa-store that is set up/],
    [
      'one that failed to start',
      { a: new FakeNode('kasa-store') },
      /expected a kasa-store that is set up without errors$/,
    ],
  ]
  for (const [title, nodes, message] of wrongStores) {
    it(`says what is wrong where the chosen config node is ${title}`, async () => {
      const node = start(({ service }) => void service('store'), { store: 'a' }, nodes)
      await assert.rejects(node.receive({}), { code: 'CONFIG_INVALID', message })
    })
  }

  it('reports a fault that belongs to no message once in log and status', () => {
    const node = start(({ report }) => report(new Error('lost')))
    assert.deepEqual(node.shown, [{ fill: 'red', shape: 'ring', text: 'lost' }])
    assert.equal(node.errors.length, 1)
  })
})
