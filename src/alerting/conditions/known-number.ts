import type { Moment, Subject } from '../watching/subject'

/**
 * A number of a subject, as far as it is known. Samples without the key say nothing of it, since many devices tell some
 * values in some replies only; nor do those that are suspect. Who goes offline has none, until it tells it again.
 */
export class KnownNumber {
  private told = NaN

  constructor(
    readonly subject: Subject,
    readonly key: string,
  ) {}

  /** NaN: unknown. */
  get value(): number {
    // A group goes offline without a word: with its last member.
    return this.subject.online === false ? NaN : this.told
  }

  /** @returns whether a sample has just told it, be it the same as before */
  take(moment: Moment): boolean {
    const { online, values } = this.subject
    if (online === false) this.told = NaN
    if (online === false || moment.event !== undefined) return false
    const told = values[this.key]
    if (told === undefined || values.quality === 'suspect') return false
    this.told = typeof told === 'number' && Number.isFinite(told) ? told : NaN
    return !Number.isNaN(this.told)
  }
}
