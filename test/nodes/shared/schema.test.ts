import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readSettings, type NodeSchema } from '../../../nodes/shared/schema'
import type { MonitorError } from '../../../src/domain/errors'

const schema = {
  type: 'kasa-test',
  settings: {
    name: { type: 'text', default: '' },
    file: { type: 'text', default: 'a.sqlite', required: true },
    interval_s: { type: 'number', default: 30, minimum: 1, maximum: 3600, unit: 's' },
    count: { type: 'number', default: 3, minimum: 0, maximum: 10, whole: true },
    repeat: { type: 'boolean', default: true },
    order: { type: 'choice', default: 'oldest-first', values: ['oldest-first', 'newest-first'] },
    database: { type: 'config-node', default: '', node: 'kasa-database' },
    hosts: {
      type: 'list',
      default: [],
      maximum_length: 2,
      row: {
        type: 'object',
        properties: { host: { type: 'string', minLength: 1 } },
        required: ['host'],
        additionalProperties: false,
      },
    },
  },
} as const satisfies NodeSchema

const DEFAULTS = {
  name: '',
  file: 'a.sqlite',
  interval_s: 30,
  count: 3,
  repeat: true,
  order: 'oldest-first',
  database: '',
  hosts: [],
}

function refusal(config: Record<string, unknown>): Pick<MonitorError, 'code' | 'message' | 'details'> {
  try {
    readSettings(schema, config)
  } catch (error) {
    return error as MonitorError
  }
  throw new Error(`${JSON.stringify(config)} was accepted`)
}

describe('Settings of a node', () => {
  it('get their defaults where they are absent', () => {
    assert.deepEqual(readSettings(schema, {}), DEFAULTS)
  })

  it('get their defaults where the editor left a field empty or blank', () => {
    const given = { interval_s: '', count: '  ', repeat: '', order: null, database: undefined }
    assert.deepEqual(readSettings(schema, given), DEFAULTS)
  })

  it('may be numbers and flags as text, as environment variables give them', () => {
    const settings = readSettings(schema, { interval_s: '2.5', count: ' 7 ', repeat: 'false', name: 12 })
    assert.deepEqual(settings, { ...DEFAULTS, interval_s: 2.5, count: 7, repeat: false, name: '12' })
  })

  it('are required only while the choice that they belong to is made', () => {
    const when = { setting: 'kind', is: ['server'] }
    const kinds = {
      type: 'kasa-test',
      settings: {
        url: { type: 'text', default: '', required: true, when },
        kind: { type: 'choice', default: 'file', values: ['file', 'server'] },
      },
    } as const satisfies NodeSchema
    assert.equal(readSettings(kinds, {}).url, '')
    assert.equal(readSettings(kinds, { kind: 'server', url: 'a' }).url, 'a')
    assert.throws(() => readSettings(kinds, { kind: 'server' }), { code: 'CONFIG_INVALID', message: /^url: / })
  })

  it('keep nothing that the schema does not know', () => {
    const settings = readSettings(schema, { wires: [[]], hosts: [{ host: 'a', secret: 1 }] })
    assert.deepEqual(settings, { ...DEFAULTS, hosts: [{ host: 'a' }] })
  })

  it('never change the flow that they come from', () => {
    const config = { interval_s: '5', hosts: [{ host: 'a', extra: 1 }] }
    readSettings(schema, config)
    assert.deepEqual(config, { interval_s: '5', hosts: [{ host: 'a', extra: 1 }] })
  })

  it('do not share a default between two nodes', () => {
    assert.notEqual(readSettings(schema, {}).hosts, readSettings(schema, {}).hosts)
  })

  const outOfRange: [string, unknown, string][] = [
    ['interval_s', 0, 'a number from 1 to 3600 s'],
    ['interval_s', '3601', 'a number from 1 to 3600 s'],
    ['interval_s', 'soon', 'a number from 1 to 3600 s'],
    ['interval_s', Number.NaN, 'a number from 1 to 3600 s'],
    ['interval_s', '1e999', 'a number from 1 to 3600 s'],
    ['count', 2.5, 'a whole number from 0 to 10'],
    ['repeat', 'perhaps', 'true or false'],
    ['order', 'random', 'one of oldest-first, newest-first'],
    ['name', 'x'.repeat(1025), 'text of 0 to 1024 characters'],
    ['file', '  ', 'text of 1 to 1024 characters'],
    ['hosts', [{ host: 'a' }, { host: 'b' }, { host: 'c' }], 'a list of at most 2 entries'],
  ]
  for (const [field, value, range] of outOfRange) {
    it(`name the field, the value and the range where ${field} is ${JSON.stringify(value).slice(0, 30)}`, () => {
      const error = refusal({ [field]: value })
      assert.equal(error.code, 'CONFIG_INVALID')
      assert.equal(error.details.field, field)
      assert.deepEqual(error.details.value, value)
      assert.equal(error.details.range, range)
      assert.ok(error.message.startsWith(`${field}: `) && error.message.endsWith(range), error.message)
    })
  }

  it('name the row of a list that is wrong', () => {
    assert.match(refusal({ hosts: [{ host: 'a' }, {}] }).message, /^hosts\.1: /)
  })

  it('refuse the name of an environment variable that is not set, in every kind of field', () => {
    for (const field of ['file', 'interval_s', 'repeat', 'order', 'database']) {
      assert.match(refusal({ [field]: '${KASA_TEST}' }).message, new RegExp(`^${field}: .*KASA_TEST.*not set$`))
    }
  })
})
