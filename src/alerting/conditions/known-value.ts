import type { Moment, Subject } from '../watching/subject'

export type Value = number | boolean | string

/** Like `KnownNumber`, of any kind. What is no number holds in a suspect reading too: only its numbers are doubted. */
export class KnownValue {
  value: Value | undefined

  constructor(
    readonly subject: Subject,
    readonly key: string,
  ) {}

  /** @returns whether a sample has just told it, be it the same as before */
  take(moment: Moment): boolean {
    const { online, values } = this.subject
    if (online === false) this.value = undefined
    if (online === false || moment.event !== undefined) return false
    const told = values[this.key]
    if (told === undefined || (typeof told === 'number' && values.quality === 'suspect')) return false
    this.value = isValue(told) ? told : undefined
    return this.value !== undefined
  }
}

export function isValue(told: unknown): told is Value {
  return typeof told === 'number' ? Number.isFinite(told) : typeof told === 'boolean' || typeof told === 'string'
}
