// The editor's side of a node schema (nodes/shared/schema.ts).

const isConfigNode = (schema) => schema.configNode === true
const escapeHtml = (text) =>
  String(text).replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character])

/** The `defaults` object of `RED.nodes.registerType`, as source text. */
export function defaultsOf(schema) {
  const rows = Object.entries(schema.settings).map(([key, setting]) => `      ${key}: ${defaultOf(key, setting)}`)
  return `{\n${rows.join(',\n')}\n    }`
}

/** The `credentials` object of `RED.nodes.registerType`, as source text. */
export function credentialsOf(schema) {
  const rows = Object.entries(schema.credentials ?? {}).map(([key, type]) => `${key}: { type: '${type}' }`)
  return `{ ${rows.join(', ')} }`
}

function defaultOf(key, setting) {
  const parts = [`value: ${JSON.stringify(setting.default)}`]
  if (setting.type === 'config-node') parts.push(`type: ${JSON.stringify(setting.node)}`)
  if (setting.required && setting.when) parts.push(`validate: ${requiredWhen(key, setting.when)}`)
  else if (setting.required) parts.push('required: true')
  // Otherwise the editor takes one that is not chosen for a mistake.
  else if (setting.type === 'config-node') parts.push('required: false')
  if (setting.type === 'number') parts.push(`validate: ${numberValidator(key, setting)}`)
  return `{ ${parts.join(', ')} }`
}

// A whole-value `${NAME}` is an environment variable that is filled in at deploy; `${NAME:-30}` is 30 where there is none. Blank
// stands for the default, which the field shows; the editor leaves a default of 0 blank in new config nodes.
function numberValidator(key, { minimum, maximum, unit, whole }) {
  const range = `${minimum} – ${maximum}${unit ? ` ${unit}` : ''}`
  const fits = [`number >= ${minimum}`, `number <= ${maximum}`, ...(whole ? ['number % 1 === 0'] : [])].join(' && ')
  return (
    `function (value, options) { ` +
    `const typed = String(value === undefined ? '' : value).replace(/^\\$\\{[^}]+:-([^}]*)\\}$/, '$1'); ` +
    `const number = Number(typed); ` +
    `if (/^(\\s*|\\$\\{[^}]+\\})$/.test(typed) || (${fits})) return true; ` +
    `return options ? ${JSON.stringify(`${key}: ${range}`)} : false }`
  )
}

// Required only while it matters.
function requiredWhen(key, { setting, is }) {
  return (
    `function (value, options) { ` +
    `if (!${JSON.stringify(is)}.includes(this.${setting}) || String(value).trim() !== '') return true; ` +
    `return options ? ${JSON.stringify(`${key}: …`)} : false }`
  )
}

/** Form rows of the named settings, `*` for all. */
export function rowsOf(schema, names, indent) {
  const keys = names.includes('*') ? Object.keys(schema.settings) : names
  return keys.map((key) => rowOf(schema, key).replace(/^/gm, indent)).join('\n')
}

function rowOf(schema, key) {
  const setting = schema.settings[key]
  const credential = schema.credentials?.[key]
  if (!setting && !credential) throw new Error(`${schema.type}.html names '${key}', which its schema does not know`)
  const id = `${isConfigNode(schema) ? 'node-config-input' : 'node-input'}-${key}`
  const icon = setting?.icon ?? (credential ? 'lock' : 'sliders')
  const words = `${schema.type}.label.${key}`
  const label = `<label for="${id}"><i class="fa fa-${icon}"></i> <span data-i18n="${words}"></span></label>`
  return `<div class="form-row"${conditionOf(setting)}>\n  ${label}\n  ${controlOf(schema.type, key, id, setting, credential)}\n</div>`
}

// resources/dialog.js shows and hides such rows.
function conditionOf(setting) {
  if (!setting?.when) return ''
  return ` data-when="${escapeHtml(setting.when.setting)}" data-is="${escapeHtml(setting.when.is.join(' '))}"`
}

function controlOf(type, key, id, setting, credential) {
  if (credential)
    return `<input type="${credential === 'password' ? 'password' : 'text'}" id="${id}" autocomplete="off">`
  switch (setting.type) {
    case 'number': {
      // A field for numbers alone would not take `${NAME}`.
      const unit = setting.unit ? ` <span>${escapeHtml(setting.unit)}</span>` : ''
      return `<input type="text" inputmode="decimal" id="${id}" placeholder="${setting.default}" autocomplete="off" style="width: 160px">${unit}`
    }
    case 'boolean':
      return `<input type="checkbox" id="${id}" style="width: auto; vertical-align: top">`
    case 'choice': {
      const options = setting.values.map(
        (value) => `<option value="${escapeHtml(value)}" data-i18n="${type}.option.${key}.${value}"></option>`,
      )
      return `<select id="${id}" style="width: 70%">${options.join('')}</select>`
    }
    default:
      return `<input type="text" id="${id}">`
  }
}

/** The help's list of settings: label, range, default, and what it is for. */
export function settingsHelp(schema, words) {
  const entries = Object.entries(schema.settings).map(([key, setting]) => {
    const facts = factsOf(setting)
    const label = `<dt>${escapeHtml(words.label?.[key] ?? key)} <span class="property-type">${escapeHtml(facts)}</span></dt>`
    return `  ${label}\n  <dd>${words.hint?.[key] ?? ''}</dd>`
  })
  return `<dl class="message-properties">\n${entries.join('\n')}\n</dl>`
}

function factsOf(setting) {
  switch (setting.type) {
    case 'number': {
      const unit = setting.unit ? ` ${setting.unit}` : ''
      return `${setting.minimum} – ${setting.maximum}${unit}; ${setting.default}${unit}`
    }
    case 'boolean':
      return setting.default ? '✓' : '✗'
    case 'choice':
      return setting.default
    case 'config-node':
      return setting.node
    default:
      return setting.type
  }
}
