import { invalid } from './errors'

/** What a number may be, both ends included. */
export interface NumberRange {
  readonly minimum: number
  readonly maximum: number
}

/** @throws MonitorError `CONFIG_INVALID` naming the option, its value and the range */
export function numberInRange(option: string, value: unknown, { minimum, maximum }: NumberRange): number {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return value
  throw invalid('CONFIG_INVALID', option, value, `a number from ${minimum} to ${maximum}`)
}
