import Ajv from 'ajv'
import { RETRY_BY_CODE } from '../../domain/errors'
import { READING_SCHEMA } from '../../domain/reading'
import { CacheEntry, type Failure, type Json } from '../cache-entry'
import { CACHE_KINDS, type CacheKind } from '../cache-options'

/** Raised whenever older ones must not be read any more. */
const VERSION = 1
const HUNDRED_YEARS_MS = 3.2e12
/** What an envelope may need beside its value. */
const ENVELOPE_BYTES = 65_536
/** A character of JSON takes up to three bytes in Redis. */
export const BYTES_PER_CHARACTER = 3
/** Redis counts whole milliseconds. */
const ROUNDING_MS = 2

interface Envelope {
  readonly v: typeof VERSION
  readonly key: string
  readonly kind: CacheKind
  readonly fresh_ms: number
  readonly stale_ms: number
  readonly tags: readonly string[]
  readonly failure?: Failure
  readonly value: Json
}

const duration = { type: 'number', minimum: 0, maximum: HUNDRED_YEARS_MS }
const ENVELOPE_SCHEMA = {
  type: 'object',
  properties: {
    v: { const: VERSION },
    key: { type: 'string' },
    kind: { enum: CACHE_KINDS },
    fresh_ms: duration,
    stale_ms: duration,
    tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 } },
    failure: {
      type: 'object',
      properties: { code: { enum: Object.keys(RETRY_BY_CODE) }, message: { type: 'string' } },
      required: ['code', 'message'],
      additionalProperties: false,
    },
    value: {},
  },
  required: ['v', 'key', 'kind', 'fresh_ms', 'stale_ms', 'tags', 'value'],
  additionalProperties: false,
}
const ajv = new Ajv({ allowUnionTypes: true })
const isEnvelope = ajv.compile<Envelope>(ENVELOPE_SCHEMA)
const isReading = ajv.compile(READING_SCHEMA)

/** The longest text that is written, and read: `entry_bytes` is the bound of the JSON of a value. */
export function maximumBytes(entry_bytes: number): number {
  return entry_bytes * BYTES_PER_CHARACTER + ENVELOPE_BYTES
}

/** Written out, because every reading passes here. */
export function encodeEntry(key: string, entry: CacheEntry): string {
  const { kind, fresh_ms, stale_ms, tags, failure, text } = entry
  const groups = tags.length === 0 ? '[]' : JSON.stringify(tags)
  const names = `{"v":${VERSION},"key":${JSON.stringify(key)},"kind":"${kind}","tags":${groups}`
  const times = `"fresh_ms":${fresh_ms},"stale_ms":${stale_ms}`
  return `${names},${times}${failure ? `,"failure":${JSON.stringify(failure)}` : ''},"value":${text}}`
}

/**
 * The entry that was written for a key; undefined for everything else, whatever somebody has put there.
 * @param left_ms how long Redis goes on keeping it
 * @param now_ms by the monotonic clock
 */
export function decodeEntry(key: string, text: string, left_ms: number, now_ms: number): CacheEntry | undefined {
  const envelope = parse(text)
  if (!isEnvelope(envelope) || envelope.key !== key || !isFit(envelope)) return undefined
  const { kind, tags, fresh_ms, stale_ms, failure } = envelope
  const age_ms = fresh_ms + stale_ms - left_ms
  if (!(left_ms > 0 && age_ms >= -ROUNDING_MS)) return undefined
  const value = stringify(envelope.value)
  if (value === undefined) return undefined
  return new CacheEntry({ kind, tags, stored_ms: now_ms - Math.max(0, age_ms), fresh_ms, stale_ms, failure }, value)
}

function isFit({ kind, failure, value }: Envelope): boolean {
  return failure ? value === null : kind !== 'live' || isReading(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined where it is nested deeper than the stack. */
function stringify(value: Json): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
