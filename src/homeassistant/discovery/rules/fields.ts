import { BINARY_SENSOR_CLASSES, NUMBER_CLASSES, SENSOR_CLASSES } from './device-classes'

/** The only values that are allowed. */
export type Choice = readonly (string | number | null)[]
export type Field = keyof typeof KINDS | Choice
/** By key. */
export type Fields = Readonly<Record<string, Field>>

interface Kind {
  readonly range: string
  readonly takes: (value: unknown) => boolean
}

const LONGEST_TOPIC_BYTES = 65_535
/** What controls a terminal, and what is no character at all. */
const UNUSUAL = /[\p{Cc}\p{Cs}\u{fdd0}-\u{fdef}\ufffe\uffff]/u

const KINDS = {
  text: { range: 'a text', takes: isText },
  nullable_text: { range: 'a text or null', takes: (value) => value === null || isText(value) },
  texts: { range: 'a list of texts, not empty', takes: isTexts },
  boolean: { range: 'true or false', takes: (value) => typeof value === 'boolean' },
  number: { range: 'a number', takes: (value) => typeof value === 'number' },
  step: { range: 'a number from 0.001', takes: (value) => typeof value === 'number' && value >= 0.001 },
  count: { range: 'a whole number from 0', takes: (value) => isWhole(value) && value >= 0 },
  scale: { range: 'a whole number from 1', takes: (value) => isWhole(value) && value >= 1 },
  template: { range: 'a template whose braces match', takes: isTemplate },
  icon: { range: 'an icon with its prefix, like mdi:flash', takes: matching(/^[^\s:]+:[^\s:]+$/) },
  entity_id: { range: 'a domain, a dot and a name', takes: matching(/^[a-z_]+\.[a-z0-9_]+$/) },
  /** That is published on or listened to: we have no use for wildcards. */
  topic: { range: 'a topic without wildcards and control characters', takes: isTopic },
  address: { range: 'an address with http or https', takes: matching(/^https?:\/\/[^\s/]+\S*$/) },
  list: { range: 'a list, not empty', takes: (value) => Array.isArray(value) && value.length > 0 },
  any_list: { range: 'a list', takes: (value) => Array.isArray(value) },
  object: { range: 'an object', takes: (value) => asRecord(value) !== undefined },
  sensor_class: oneOf([...SENSOR_CLASSES.keys(), null]),
  number_class: oneOf([...NUMBER_CLASSES, null]),
  binary_sensor_class: oneOf([...BINARY_SENSOR_CLASSES, null]),
} as const satisfies Record<string, Kind>

/** What a value has to be; undefined: it is. */
export function rangeBroken(field: Field, value: unknown): string | undefined {
  const kind: Kind = typeof field === 'string' ? KINDS[field] : oneOf(field)
  return kind.takes(value) ? undefined : kind.range
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function oneOf(choices: Choice): Kind {
  return { range: `one of ${choices.join(', ')}`, takes: (value) => (choices as readonly unknown[]).includes(value) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText)
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value)
}

function matching(pattern: RegExp): Kind['takes'] {
  return (value) => isText(value) && pattern.test(value)
}

function isTopic(value: unknown): boolean {
  if (!isText(value) || value === '' || UNUSUAL.test(value) || /[+#]/.test(value)) return false
  return Buffer.byteLength(value) <= LONGEST_TOPIC_BYTES
}

/** Whether it compiles, only Home Assistant knows; what is cut off or nested, we see. */
function isTemplate(value: unknown): boolean {
  if (!isText(value)) return false
  const opened: string[] = []
  for (const [brace] of value.matchAll(/\{\{|\}\}|\{%|%\}/g)) {
    if (brace.startsWith('{')) opened.push(brace)
    else if (opened.pop() !== (brace === '}}' ? '{{' : '{%')) return false
    if (opened.length > 1) return false
  }
  return opened.length === 0
}
