import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { readSettings } from '../../nodes/shared/schema'
import { EditorFiles, NODE_TYPES } from '../support/editor-files'
import { inEachNodeRed, PROJECT, type FlowNode } from '../support/node-red'

/** Names that the editor keeps for itself, single letters included. */
const RESERVED = /^(.|id|type|wires|inputs|outputs)$/

function examples(): FlowNode[] {
  const folder = join(PROJECT, 'examples', 'flows')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  return files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[])
}

describe('Every folder of a node', () => {
  it('is in the manifest, and every node of the manifest has one', () => {
    const folders = readdirSync(join(PROJECT, 'nodes')).filter((name) => name.startsWith('kasa-'))
    assert.deepEqual(folders.sort(), [...NODE_TYPES].sort())
  })

  it('has an icon that no other has', () => {
    const icons = NODE_TYPES.flatMap((type) => new EditorFiles(type).icons)
    assert.equal(new Set(icons).size, NODE_TYPES.length)
  })
})

for (const type of NODE_TYPES) {
  describe(`In the editor, ${type}`, () => {
    let files: EditorFiles
    before(() => void (files = new EditorFiles(type)))

    it('registers its type, and no other', () => {
      assert.deepEqual([...files.definitions.keys()], [type])
      assert.equal(files.schema.type, type)
      assert.ok(files.html.includes(`data-template-name="${type}"`))
    })

    it('stands in the palette, or is a config node', () => {
      const { category, icon } = files.definition
      assert.equal(category, files.schema.configNode ? 'config' : 'kasa monitor')
      if (!files.schema.configNode) assert.deepEqual(files.icons, [icon])
    })

    it('has a default for each setting that it knows, under a name that it may use', () => {
      const { defaults } = files.definition
      assert.deepEqual(Object.keys(defaults), Object.keys(files.schema.settings))
      for (const key of Object.keys(defaults)) assert.doesNotMatch(key, RESERVED)
    })

    it('has a label for each setting and login, and a hint for each setting', () => {
      for (const key of Object.keys(files.schema.settings)) files.word(`${type}.hint.${key}`)
      const named = Object.keys({ ...files.schema.settings, ...files.schema.credentials })
      for (const key of named) files.word(`${type}.label.${key}`)
    })

    it('has words for each choice', () => {
      for (const [key, setting] of Object.entries(files.schema.settings)) {
        if (setting.type !== 'choice') continue
        for (const value of setting.values) files.word(`${type}.option.${key}.${value}`)
      }
    })

    it('has words behind every key of its form', () => {
      for (const [, keys] of files.html.matchAll(/data-i18n="([^"]+)"/g)) {
        for (const key of (keys ?? '').split(';')) files.word(key.replace(/^\[\w+\]/, ''))
      }
    })

    it('has a field for each setting', () => {
      const id = files.schema.configNode ? 'node-config-input' : 'node-input'
      for (const [key, setting] of Object.entries(files.schema.settings)) {
        if (setting.type !== 'list') assert.ok(files.html.includes(`id="${id}-${key}"`), key)
      }
    })

    it('has a label, its name where it has one, and a word for each port', () => {
      const { label, inputs = 0, outputs = 0, inputLabels, outputLabels } = files.definition
      assert.ok(label.call(files.newNode()))
      assert.equal(label.call(files.newNode({ name: 'Kitchen' })), 'Kitchen')
      for (let port = 0; port < inputs; port++) assert.ok(inputLabels?.call(files.newNode(), port))
      for (let port = 0; port < outputs; port++) assert.ok(outputLabels?.call(files.newNode(), port))
    })

    it('refuses numbers out of range in its form, and takes environment variables', () => {
      for (const [key, setting] of Object.entries(files.schema.settings)) {
        if (setting.type !== 'number') continue
        const validate = files.definition.defaults[key]?.validate
        const { minimum, maximum } = setting
        for (const value of [setting.default, String(minimum), maximum, '${NAME}', `\${NAME:-${maximum}}`]) {
          assert.equal(validate?.(value, {}), true, `${key} refuses ${value}`)
        }
        for (const value of [minimum - 1, maximum + 1, 'many', '${}', `\${NAME:-${maximum + 1}}`]) {
          assert.equal(typeof validate?.(value, {}), 'string', `${key} takes ${value}`)
        }
      }
    })

    it('has fields for numbers that take the name of a variable', () => {
      const id = files.schema.configNode ? 'node-config-input' : 'node-input'
      for (const [key, setting] of Object.entries(files.schema.settings)) {
        if (setting.type === 'number') assert.match(files.html, new RegExp(`<input type="text"[^>]* id="${id}-${key}"`))
      }
    })

    it('takes numbers as an environment has them, and says which is out of its range', () => {
      const { schema } = files
      // What has to be there is none of this test's business.
      const needed = Object.entries(schema.settings).filter(([, setting]) => 'required' in setting)
      const given = Object.fromEntries(needed.map(([key]) => [key, 'abc']))
      const read = (key: string, value: string) => readSettings(schema, { ...given, [key]: value })
      for (const [key, setting] of Object.entries(schema.settings)) {
        if (setting.type !== 'number') continue
        const { minimum, maximum } = setting
        for (const value of [minimum, maximum]) assert.equal(read(key, String(value))[key], value)
        for (const value of [`${minimum - 1}`, `${maximum + 1}`, 'many']) {
          const message = new RegExp(
            `^${key}: "${value}" is not allowed; expected a .*number from ${minimum} to ${maximum}`,
          )
          assert.throws(() => read(key, value), { code: 'CONFIG_INVALID', message })
        }
      }
    })

    it('has help that begins with what it is for and tells of each setting', () => {
      assert.match(
        files.help,
        new RegExp(`^<script type="text/html" data-help-name="${type}">\\s*<p>[A-Z][^<]+\\.</p>`),
      )
      for (const key of Object.keys(files.schema.settings)) {
        assert.ok(files.help.includes(files.word(`${type}.hint.${key}`)), key)
      }
      assert.doesNotMatch(files.help, /<!--/)
    })

    it('is used by an example, with settings that it knows', () => {
      const used = examples().filter((node) => node.type === type)
      assert.notEqual(used.length, 0)
      const known = new Set([...Object.keys(files.schema.settings), 'id', 'type', 'x', 'y', 'z', 'g', 'wires'])
      for (const node of used)
        assert.deepEqual(
          Object.keys(node).filter((key) => !known.has(key)),
          [],
        )
    })
  })
}

inEachNodeRed('Every node', (nodeRed) => {
  for (const type of NODE_TYPES) {
    it(`${type} has handlers of the arity that Node-RED counts, chosen or not`, async () => {
      const { definition } = new EditorFiles(type)
      const place = definition.category === 'config' ? {} : { wires: [] }
      await nodeRed().deploy([{ id: `one-${type}`, type, ...place }])
      const { _inputCallback, _closeCallbacks } = nodeRed().node(`one-${type}`)
      if (definition.inputs) assert.equal(_inputCallback?.length, 3)
      assert.deepEqual(
        _closeCallbacks.map((callback) => callback.length),
        [2],
      )
    })
  }
})
