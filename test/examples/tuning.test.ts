import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, describe, it } from 'mocha'
import { inEachNodeRed, PROJECT, type FlowNode } from '../support/node-red'

const read = (...path: string[]) => readFileSync(join(PROJECT, ...path), 'utf8')
const FLOW = read('examples', 'flows', 'Tune by environment.json')
const FILES = readdirSync(join(PROJECT, 'examples', 'environment'))
/** In the order of the documentation. */
const MACHINES = ['raspberry-pi.env', 'small-server.env', 'large-server.env']

const environmentOf = (file: string) => parseEnv(read('examples', 'environment', file)) as Record<string, string>

describe('The settings for three machines', () => {
  const variables = new Map([...FLOW.matchAll(/"(\w+)": "\$\{(KASA_\w+):-(\d+)\}"/g)].map(([, key, name, value]) => [name, { key, value }]))

  it('name each variable of the flow that takes them, and no other', () => {
    assert.deepEqual(FILES.sort(), [...MACHINES].sort())
    for (const file of FILES) assert.deepEqual(Object.keys(environmentOf(file)).sort(), [...variables.keys()].sort(), file)
  })

  it('are those of the documentation', () => {
    const rows = [...read('docs', 'tuning.md').matchAll(/^\| `(KASA_\w+)` \| `[\w-]+` `(\w+)` \|(.*)\|.*\|$/gm)]
    assert.equal(rows.length, variables.size)
    for (const [, name = '', key, cells = ''] of rows) {
      const { value } = variables.get(name) ?? {}
      const expected = [value, ...MACHINES.map((file) => environmentOf(file)[name])]
      assert.equal(variables.get(name)?.key, key)
      assert.deepEqual(cells.split('|').map((cell) => cell.trim().replaceAll(',', '')), expected, name)
    }
  })
})

inEachNodeRed('The flow "Tune by environment"', (nodeRed) => {
  const names = Object.keys(environmentOf('small-server.env'))
  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name)
  })

  for (const file of MACHINES) {
    it(`starts with ${file}`, async () => {
      Object.assign(process.env, environmentOf(file))
      await nodeRed().deployAsIs(JSON.parse(FLOW) as FlowNode[])
      assert.deepEqual(nodeRed().errors, [])
    })
  }

  it('names each variable that is out of its range', async () => {
    for (const name of names) process.env[name] = '-1'
    await nodeRed().deployAsIs(JSON.parse(FLOW) as FlowNode[])
    const named = nodeRed().errors.filter((error) => /: "-1" is not allowed; .*; the environment variable KASA_\w+ says so$/.test(error))
    // A node says the first thing that is wrong with it.
    assert.equal(named.length, 5, nodeRed().errors.join('\n'))
  })
})
