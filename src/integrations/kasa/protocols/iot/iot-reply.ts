import { numberOf, objectOf, type JsonObject } from '../../json'

/** "module not support" and "member not support"; bulbs have numbers of their own for the same. */
const NOT_SUPPORTED: ReadonlySet<number> = new Set([-1, -2, -2000, -2001])

export type Answer =
  | { readonly kind: 'given'; readonly value: JsonObject }
  /** The device has no part for it and will not have one before its firmware changes. */
  | { readonly kind: 'unsupported' }
  /** Refused this time, or not there. */
  | { readonly kind: 'missing' }

const UNSUPPORTED: Answer = { kind: 'unsupported' }
const MISSING: Answer = { kind: 'missing' }

/** What a reply has under `module.method`. Errors stand at either level. */
export function answerOf(reply: JsonObject, module: string, method: string): Answer {
  const parts = objectOf(reply[module])
  if (!parts) return MISSING
  const value = objectOf(parts[method])
  const code = numberOf((value ?? parts).err_code) ?? 0
  if (code !== 0) return isNotSupported(code) ? UNSUPPORTED : MISSING
  return value ? { kind: 'given', value } : MISSING
}

export function isNotSupported(err_code: number | undefined): boolean {
  return err_code !== undefined && NOT_SUPPORTED.has(err_code)
}
