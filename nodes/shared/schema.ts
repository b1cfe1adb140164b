import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv'
import { invalid } from '../../src/domain/errors'
import { isVariable } from './variables'

export interface Common {
  /** Font Awesome 4.7 icon of the label, without `fa-`. */
  readonly icon?: string
  /** The setting matters only while another one, a choice, has one of these values; its row is hidden otherwise. */
  readonly when?: { readonly setting: string; readonly is: readonly string[] }
}
export interface TextSetting extends Common {
  readonly type: 'text'
  readonly default: string
  readonly required?: boolean
  readonly maximum_length?: number
}
export interface NumberSetting extends Common {
  readonly type: 'number'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
  readonly unit?: string
  readonly whole?: boolean
}
export interface BooleanSetting extends Common {
  readonly type: 'boolean'
  readonly default: boolean
}
export interface ChoiceSetting<Value extends string = string> extends Common {
  readonly type: 'choice'
  readonly default: Value
  readonly values: readonly Value[]
}
/** The id of a config node. */
export interface ConfigNodeSetting extends Common {
  readonly type: 'config-node'
  readonly default: ''
  readonly node: string
  readonly required?: boolean
}
/** A list that the dialog edits with code of its own; rows are checked by `row`. */
export interface ListSetting<Row = unknown> extends Common {
  readonly type: 'list'
  readonly default: readonly Row[]
  readonly maximum_length: number
  /** JSON Schema of one row. */
  readonly row: object
}
export type Setting = TextSetting | NumberSetting | BooleanSetting | ChoiceSetting | ConfigNodeSetting | ListSetting

/** The single source of a node's settings: form, validation, help and types come from it. */
export interface NodeSchema {
  readonly type: string
  /** A config node has other element ids in its dialog. */
  readonly configNode?: true
  readonly settings: Readonly<Record<string, Setting>>
  /** `password` never reaches the editor; `text` does, but is kept out of exported flows. */
  readonly credentials?: Readonly<Record<string, 'text' | 'password'>>
}

type ValueOf<S extends Setting> = S extends NumberSetting
  ? number
  : S extends BooleanSetting
    ? boolean
    : S extends ChoiceSetting<infer Value>
      ? Value
      : S extends ListSetting<infer Row>
        ? readonly Row[]
        : string

export type SettingsOf<Schema extends NodeSchema> = {
  readonly [Key in keyof Schema['settings']]: ValueOf<Schema['settings'][Key]>
}

const ajv = new Ajv({ coerceTypes: true, useDefaults: true, removeAdditional: true, strict: false, verbose: true })
const validators = new WeakMap<NodeSchema, ValidateFunction>()

/**
 * The settings of a deployed node: numbers that arrive as text become numbers, absent ones get their default.
 * @throws MonitorError `CONFIG_INVALID` naming the setting, its value and what is allowed
 */
export function readSettings<Schema extends NodeSchema>(
  schema: Schema,
  config: Readonly<Record<string, unknown>>,
): SettingsOf<Schema> {
  const settings: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(schema.settings)) {
    const value = config[key]
    if (typeof value === 'string' && isVariable(value)) {
      throw invalid('CONFIG_INVALID', key, value, `${describeRange(setting)}; this environment variable is not set`)
    }
    settings[key] = structuredClone(isBlank(value, setting) ? setting.default : value)
  }
  for (const [key, setting] of Object.entries(schema.settings)) {
    if (!isRequired(setting) || !matters(setting, settings) || String(settings[key]).trim() !== '') continue
    throw invalid('CONFIG_INVALID', key, config[key] ?? '', describeRange(setting))
  }
  const validate = validatorOf(schema)
  if (!validate(settings)) throw settingError(schema, config, validate.errors?.[0])
  return settings as SettingsOf<Schema>
}

function isBlank(value: unknown, setting: Setting): boolean {
  if (typeof value === 'string') return setting.type !== 'text' && value.trim() === ''
  return value === undefined || value === null
}

function isRequired(setting: Setting): boolean {
  return (setting.type === 'text' || setting.type === 'config-node') && setting.required === true
}

function matters({ when }: Setting, settings: Readonly<Record<string, unknown>>): boolean {
  return when === undefined || when.is.includes(String(settings[when.setting]))
}

/** What a setting allows, in words. */
export function describeRange(setting: Setting): string {
  switch (setting.type) {
    case 'number': {
      const unit = setting.unit ? ` ${setting.unit}` : ''
      return `${setting.whole ? 'a whole number' : 'a number'} from ${setting.minimum} to ${setting.maximum}${unit}`
    }
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${setting.values.join(', ')}`
    case 'config-node':
      return `a ${setting.node} node`
    case 'list':
      return `a list of at most ${setting.maximum_length} entries`
    case 'text':
      return `text of ${setting.required ? 1 : 0} to ${setting.maximum_length ?? MAXIMUM_TEXT} characters`
  }
}

const MAXIMUM_TEXT = 1024

function validatorOf(schema: NodeSchema): ValidateFunction {
  let validate = validators.get(schema)
  if (!validate) {
    const properties = Object.entries(schema.settings).map(([key, setting]) => [key, toJsonSchema(setting)])
    validate = ajv.compile({ type: 'object', properties: Object.fromEntries(properties) })
    validators.set(schema, validate)
  }
  return validate
}

function toJsonSchema(setting: Setting): object {
  switch (setting.type) {
    case 'number':
      return { type: setting.whole ? 'integer' : 'number', minimum: setting.minimum, maximum: setting.maximum }
    case 'boolean':
      return { type: 'boolean' }
    case 'choice':
      return { type: 'string', enum: setting.values }
    case 'list':
      return { type: 'array', maxItems: setting.maximum_length, items: setting.row }
    case 'config-node':
      return { type: 'string' }
    case 'text':
      return { type: 'string', maxLength: setting.maximum_length ?? MAXIMUM_TEXT }
  }
}

function settingError(
  schema: NodeSchema,
  config: Readonly<Record<string, unknown>>,
  error: ErrorObject | undefined,
): Error {
  const [key = '', ...rest] = error?.instancePath.split('/').slice(1) ?? []
  const setting = schema.settings[key]
  if (setting && rest.length === 0) return invalid('CONFIG_INVALID', key, config[key], describeRange(setting))
  return invalid('CONFIG_INVALID', [key, ...rest].join('.'), error?.data, error?.message ?? 'a valid value')
}
