import type { Moment, Subject } from '../watching/subject'

export type Value = number | boolean | string

/** Like `KnownNumber`, of any kind. What is no number holds in a suspect reading too: only its numbers are doubted. */
export class KnownValue {
  private told: Value | undefined

  constructor(
    readonly subject: Subject,
    readonly key: string,
  ) {}

  /** Undefined: unknown. */
  get value(): Value | undefined {
    return this.subject.online === false ? undefined : this.told
  }

  /** @returns whether a sample has just told it, be it the same as before */
  take(moment: Moment): boolean {
    const { online, values } = this.subject
    if (online === false) this.told = undefined
    if (online === false || moment.event !== undefined) return false
    const told = values[this.key]
    if (told === undefined || (typeof told === 'number' && values.quality === 'suspect')) return false
    this.told = isValue(told) ? told : undefined
    return this.told !== undefined
  }
}

export function isValue(told: unknown): told is Value {
  return typeof told === 'number' ? Number.isFinite(told) : typeof told === 'boolean' || typeof told === 'string'
}
