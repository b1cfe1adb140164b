import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { isVariable } from '../../../nodes/shared/variables'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'

describe('The name of an environment variable', () => {
  it('is the whole text, with or without what holds where it is not set', () => {
    for (const text of ['${NAME}', '${NAME:-30}', '${NAME:-}']) assert.ok(isVariable(text), text)
    for (const text of ['', '30', '${}', 'x${NAME}', '${NAME}x', '$NAME']) assert.ok(!isVariable(text), text)
  })
})

inEachNodeRed('A setting', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))
  afterEach(() => {
    delete process.env.KASA_TEST_LIMIT
    delete process.env.KASA_TEST_FLAG
  })

  const batch = (more: object, id = 'batch'): FlowNode => ({ id, type: 'kasa-batch', wires: [['batches']], ...more })
  const given = (text: string) => Object.assign(process.env, { KASA_TEST_LIMIT: text })
  let deploys = 0
  const sizeWith = async (maximum_count: unknown): Promise<number> => {
    // What waits outlives a deploy, under the id of its node.
    const id = `batch-${deploys++}`
    await nodeRed.deploy([batch({ maximum_count, maximum_ms: 3_600_000 }, id)])
    assert.deepEqual(nodeRed.errors, [])
    for (let index = 0; index < 6; index++) nodeRed.node(id).receive({ payload: index })
    return ((await nodeRed.receive('batches')).payload as unknown[]).length
  }

  it('is what its environment variable says', async () => {
    given('3')
    assert.equal(await sizeWith('${KASA_TEST_LIMIT}'), 3)
    assert.equal(await sizeWith('${KASA_TEST_LIMIT:-5}'), 3)
  })

  it('is what stands behind the name where there is no such variable, or a blank one', async () => {
    assert.equal(await sizeWith('${KASA_TEST_LIMIT:-5}'), 5)
    given('')
    assert.equal(await sizeWith('${KASA_TEST_LIMIT:-5}'), 5)
  })

  for (const typed of ['${KASA_TEST_LIMIT}', '${KASA_TEST_LIMIT:-5}']) {
    it(`that is ${typed} and out of its range is refused with variable, value and range`, async () => {
      given('0')
      await nodeRed.deploy([batch({ maximum_count: typed })])
      const [error = ''] = nodeRed.errors
      assert.match(error, /maximum_count: "0" is not allowed; expected a whole number from 1 to \d+/)
      assert.match(error, /; the environment variable KASA_TEST_LIMIT says so$/)
      await assert.rejects(nodeRed.send('batch', {}), {
        code: 'CONFIG_INVALID',
        message: error.replace(/^.*?maximum/, 'maximum'),
      })
    })
  }

  it('that is refused for what stands behind the name says so, too', async () => {
    await nodeRed.deploy([batch({ maximum_count: '${KASA_TEST_LIMIT:-many}' })])
    assert.match(nodeRed.errors[0] ?? '', /maximum_count: "many" is not allowed/)
  })

  it('whose variable is not set, and nothing stands behind its name, is refused', async () => {
    await nodeRed.deploy([batch({ maximum_count: '${KASA_TEST_LIMIT}' })])
    assert.match(
      nodeRed.errors[0] ?? '',
      /"\$\{KASA_TEST_LIMIT\}" is not allowed; .*; this environment variable is not set$/,
    )
  })

  it('may be a choice and a flag as well', async () => {
    Object.assign(process.env, { KASA_TEST_FLAG: 'perhaps' })
    const metrics = (log: string) => ({ id: 'metrics', type: 'kasa-metrics', log, wires: [[], []] })
    await nodeRed.deploy([metrics('${KASA_TEST_FLAG}')])
    assert.match(
      nodeRed.errors[0] ?? '',
      /log: "perhaps" is not allowed; expected one of file, .*KASA_TEST_FLAG says so$/,
    )
    await nodeRed.deploy([metrics('${KASA_TEST_LOG:-off}')])
    assert.deepEqual(nodeRed.errors, [])
  })

  it('in a subflow and in the variables of a flow is told of by its name', async () => {
    const env = [{ name: 'LIMIT', type: 'str', value: '-7' }]
    const inside = { ...batch({ maximum_count: '${LIMIT}' }, 'inside'), z: 'sub', x: 0, y: 0 }
    const subflow = { id: 'sub', type: 'subflow', name: 'batches', in: [], out: [], env }
    const use = { id: 'use', type: 'subflow:sub', z: 'tab', x: 0, y: 0, wires: [] }
    await nodeRed.deployAsIs([{ id: 'tab', type: 'tab', label: 'test' }, subflow, inside, use])
    assert.match(
      nodeRed.errors[0] ?? '',
      /maximum_count: "-7" is not allowed; .*; the environment variable LIMIT says so$/,
    )
  })
})
