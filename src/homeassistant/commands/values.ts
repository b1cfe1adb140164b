import { invalid } from '../../domain/errors'

export interface Range {
  readonly minimum: number
  readonly maximum: number
}

export type Given = Readonly<Record<string, unknown>>

/** Home Assistant writes whole numbers as `50.0`. */
const NUMBER = /^-?\d{1,9}(?:\.\d{1,9})?$/

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['off', false],
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
])

// All of these throw `INPUT_INVALID`, naming the field, the value and what is allowed.

export function wholeNumber(field: string, value: unknown, { minimum, maximum }: Range): number {
  const number = numberOf(value)
  if (number !== undefined && Number.isInteger(number) && number >= minimum && number <= maximum) return number
  throw invalid('INPUT_INVALID', field, value, `a whole number from ${minimum} to ${maximum}`)
}

/** The nearest whole number: people choose colours on a wheel. */
export function roundedNumber(field: string, value: unknown, { minimum, maximum }: Range): number {
  const number = numberOf(value)
  if (number !== undefined && number >= minimum && number <= maximum) return Math.round(number)
  throw invalid('INPUT_INVALID', field, value, `a number from ${minimum} to ${maximum}`)
}

export function onOrOff(field: string, value: unknown): boolean {
  const on = switchOf(value)
  if (on !== undefined) return on
  throw invalid('INPUT_INVALID', field, value, 'ON, OFF, true or false')
}

export function onOffOrToggle(field: string, value: unknown): boolean | 'toggle' {
  if (wordOf(value) === 'toggle') return 'toggle'
  const on = switchOf(value)
  if (on !== undefined) return on
  throw invalid('INPUT_INVALID', field, value, 'ON, OFF, TOGGLE, true or false')
}

/** As buttons say. */
export function isPress(value: unknown): boolean {
  return wordOf(value) === 'press'
}

export function press(field: string, value: unknown): true {
  if (isPress(value)) return true
  throw invalid('INPUT_INVALID', field, value, 'PRESS')
}

export function text(field: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw invalid('INPUT_INVALID', field, value, 'text')
}

/** An object, or JSON of one, that has no other keys than these. */
export function objectOf(field: string, value: unknown, keys: readonly string[]): Given {
  const range = `an object with ${keys.join(', ')}`
  const given = typeof value === 'string' ? parsed(value) : value
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid('INPUT_INVALID', field, value, range)
  }
  const unknown = Object.keys(given).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw invalid('INPUT_INVALID', unknown, given[unknown as keyof typeof given], range)
  return given as Given
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return undefined
  return Number(value)
}

function switchOf(value: unknown): boolean | undefined {
  return SWITCH_WORDS.get(wordOf(value))
}

function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim().toLowerCase()
    : ''
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
