import { MonitorError } from '../../domain/errors'

/** What a device sent. Only named keys of it are ever read; it is never merged, copied or walked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** @throws MonitorError `REPLY_INVALID` where the text is no JSON object */
export function parseObject(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw new MonitorError('REPLY_INVALID', 'the reply is no JSON', { cause: thrown })
  }
  const object = objectOf(value)
  if (object) return object
  throw new MonitorError('REPLY_INVALID', 'the reply is no JSON object')
}

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Text that says something, cut to `maximum` characters. */
export function textOf(value: unknown, maximum: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, maximum) : undefined
}

const ID_LENGTH = 128

/** An id that can be stored as it is; half of one could be another device's. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > ID_LENGTH) return undefined
  return /^[^\p{Cc}\p{Cs}]*$/u.test(value) ? value : undefined
}

/** Devices write true and false as 1 and 0. */
export function flagOf(value: unknown): boolean | undefined {
  if (value === 1) return true
  return value === 0 ? false : undefined
}
