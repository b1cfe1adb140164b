// Makes what Node-RED loads beside each compiled node: one HTML file, its locales and its icon.
// Defaults, validation, form rows and the help's list of settings come from the node's schema.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { credentialsOf, defaultsOf, rowsOf, settingsHelp } from './editor-form.mjs'

const read = (file) => readFileSync(file, 'utf8')

/** What is there already stays as it is: a Node-RED may be reading it. */
function put(file, content) {
  if (!existsSync(file) || !readFileSync(file).equals(Buffer.from(content))) writeFileSync(file, content)
}

/** @param {string} root the project's folder @param {string} output where the compiler wrote */
export function assembleNodes(root, output) {
  const require = createRequire(join(root, 'package.json'))
  const types = readdirSync(join(root, 'nodes')).filter((type) => type.startsWith('kasa-'))
  for (const type of types) {
    const source = join(root, 'nodes', type)
    const target = join(output, 'nodes', type)
    if (!existsSync(join(source, `${type}.html`))) continue
    const { schema } = require(join(target, `${type}.schema.js`))
    mkdirSync(join(target, 'locales'), { recursive: true })
    put(join(target, `${type}.html`), assembleHtml(read(join(source, `${type}.html`)), schema))
    assembleLocales(root, source, target, type, schema)
    assembleIcons(root, target, type)
  }
}

function assembleHtml(html, schema) {
  return html
    .replace('defaults: {}', () => `defaults: ${defaultsOf(schema)}`)
    .replace('credentials: {}', () => `credentials: ${credentialsOf(schema)}`)
    .replace(/^( *)<!-- rows: (.*) -->$/gm, (_, indent, names) => rowsOf(schema, names.trim().split(/\s+/), indent))
}

function assembleLocales(root, source, target, type, schema) {
  const shared = join(root, 'nodes', 'shared', 'locales')
  for (const language of readdirSync(join(source, 'locales'))) {
    const words = JSON.parse(read(join(source, 'locales', language, `${type}.json`)))[type]
    const common = JSON.parse(read(join(shared, language, 'shared.json')))
    const merged = mergeWords(common, words)
    const folder = join(target, 'locales', language)
    mkdirSync(folder, { recursive: true })
    put(join(folder, `${type}.json`), JSON.stringify({ [type]: merged }, null, 2))
    const help = read(join(source, 'locales', language, `${type}.html`))
    put(
      join(folder, `${type}.html`),
      help.replace('<!-- settings -->', () => settingsHelp(schema, merged)),
    )
  }
}

function mergeWords(common, own) {
  const merged = { ...common, ...own }
  for (const group of Object.keys(common)) merged[group] = { ...common[group], ...own[group] }
  return merged
}

function assembleIcons(root, target, type) {
  const name = `${type.replace('kasa-', 'kasa-monitor-')}.svg`
  if (!existsSync(join(root, 'icons', name))) return
  mkdirSync(join(target, 'icons'), { recursive: true })
  put(join(target, 'icons', name), readFileSync(join(root, 'icons', name)))
}
