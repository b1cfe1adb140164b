import { MonitorError } from '../domain/errors'

/** Settings as somebody gave them. */
export type Given = Readonly<Record<string, unknown>>

/** Blank is absent. @throws MonitorError `CONFIG_INVALID`, which does not repeat what was given: it may be secret */
export function optionalText(field: string, given: unknown, longest: number, range: string): string | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given !== 'string' || given.length > longest) throw refusal(field, range)
  return given.trim() === '' ? undefined : given
}

export function refusal(field: string, range: string): MonitorError {
  return new MonitorError('CONFIG_INVALID', `${field}: expected ${range}`, { details: { field, range } })
}
