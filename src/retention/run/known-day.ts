import { TIMESTAMP_RANGE } from '../../domain/reading'
import { RAW, type Source, type TierPlan } from '../../database/tiers/tier'
import type { TierStore } from '../../database/tiers/tier-store'

const DAY_MS = 86_400_000
/** Days without any reading: after more of them, readings have to prove that they are no invention of a clock that is wrong. */
const LONGEST_BREAK_DAYS = 30
/** With readings in them, before one that goes on. A person sees within a week that a clock is years ahead. */
const PROOF_DAYS = 7
const FIRST_DAY = dayOf(TIMESTAMP_RANGE.minimum)

export interface KnownDay {
  /** As far as it is sure, ms since the epoch, UTC. */
  readonly today: number
  /** In words, where that is not what was claimed. */
  readonly doubt?: string
}

/** What day it is, as far as readings prove it: a clock that is ahead stamps them as well. */
export class DayProof {
  private readonly sources: readonly Source[]

  constructor(
    private readonly store: TierStore,
    { tiers }: TierPlan,
  ) {
    // A row of a month does not tell the day.
    this.sources = [RAW, ...tiers.filter(({ bucket }) => bucket.unit !== 'month')]
  }

  /** Goes back through days that have readings, break by break, to those that are sure: enough of them, or the oldest. */
  async knownDay(claimed: number): Promise<KnownDay> {
    let known: KnownDay = { today: claimed }
    let day = dayOf(claimed) + 1
    for (let days = 0; days <= PROOF_DAYS; days++) {
      const before = await this.lastBefore(day)
      if (before === undefined) return known
      if (day - before > LONGEST_BREAK_DAYS) {
        known = { today: before * DAY_MS, doubt: known.doubt ?? doubtOf(before, day) }
        days = 0
      }
      day = before
    }
    return known
  }

  private async lastBefore(day: number): Promise<number | undefined> {
    for (let reach = 1; ; reach *= 2) {
      const first = Math.max(FIRST_DAY, day - reach)
      if (await this.hasAny(first, day)) return this.lastIn(first, day)
      if (first === FIRST_DAY) return undefined
    }
  }

  /** The last day that has any, of some one of which has. */
  private async lastIn(first: number, end: number): Promise<number> {
    while (end - first > 1) {
      const middle = (first + end) >> 1
      if (await this.hasAny(middle, end)) first = middle
      else end = middle
    }
    return first
  }

  private async hasAny(first: number, end: number): Promise<boolean> {
    const range = { from: first * DAY_MS, to: end * DAY_MS }
    for (const source of this.sources) if ((await this.store.devices(source, range)).length > 0) return true
    return false
  }
}

/** Whether it follows on a day that is sure. */
export function isNear(claimed: number, known: number): boolean {
  return claimed - known <= LONGEST_BREAK_DAYS * DAY_MS
}

function doubtOf(before: number, since: number): string {
  return (
    `After ${dateOf(before)} the next readings are of ${dateOf(since)}. Nothing more is deleted before ${PROOF_DAYS} days have ` +
    `readings, ${dateOf(since + PROOF_DAYS)} at the earliest: set the clock right if it is wrong; if it is right, ` +
    'the message trust-clock ends the wait'
  )
}

function dayOf(moment: number): number {
  return Math.floor(moment / DAY_MS)
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
