import type { Json } from './condition'

/** What was saved under `name`; it may be of another version, or damaged. */
export function savedField(saved: unknown, name: string): unknown {
  if (typeof saved !== 'object' || saved === null || !Object.hasOwn(saved, name)) return undefined
  return (saved as { readonly [key: string]: Json })[name]
}

/** A duration or a moment; undefined where there is none. */
export function savedAmount(saved: unknown, name: string): number | undefined {
  const value = savedField(saved, name)
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
