import type { MonitorError } from '../../domain/errors'
import { MEASURED_KEYS, type Reading } from '../../domain/reading'
import type { JsonValue } from '../entities/component'
import type { CommandKey } from './command-keys'

const LONGEST_TEXT = 200
const LONGEST_VALUE = 80

/** What became of a command, as it is told. */
export interface Result {
  readonly ok: boolean
  readonly keys: readonly CommandKey[]
  readonly correlation?: string
  /** Understood, and without effect. */
  readonly ignored?: readonly string[]
  readonly error?: Readonly<Record<string, JsonValue>>
  /** As the device has confirmed it last; absent where the command was only handed on. */
  readonly state?: Readonly<Record<string, JsonValue>>
}

/** The error as JSON, bounded: some of it comes from whoever sent the command. */
export function errorIn({ code, message, retry, details }: MonitorError): Readonly<Record<string, JsonValue>> {
  const { field, value, range } = details
  return {
    code,
    message: shortened(message, LONGEST_TEXT),
    ...(field !== undefined && { field: shortened(field, LONGEST_VALUE) }),
    ...(value !== undefined && { value: valueIn(value) }),
    // Made by us: the names of all effects of a strip are longer than other texts.
    ...(range !== undefined && { range: shortened(range, 10 * LONGEST_TEXT) }),
    retry,
  }
}

export function stateIn(reading: Reading): Readonly<Record<string, JsonValue>> {
  const entries = MEASURED_KEYS.flatMap((key) => {
    const value = reading[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries([...entries, ['timestamp', reading.timestamp]])
}

function valueIn(value: unknown): JsonValue {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE)
}

function shortened(text: string, maximum: number): string {
  return text.length > maximum ? `${text.slice(0, maximum)}…` : text
}
