import { RAW, type Source, type Tier } from '../../database/tiers/tier'
import type { Measure } from '../../database/tiers/tier-store'
import { nameOfSource, type TierReport } from '../retention-report'

interface Count {
  rolled_up: number
  rolled_again: number
  kept: number
  expired: { rows: number; bytes?: number; before?: number }
  held_back: number
}

/** What a run has done so far. */
export class Tally {
  private readonly counts = new Map<string, Count>()
  private readonly sentences = new Set<string>()

  of(source: Source): Count {
    const name = nameOfSource(source)
    const found = this.counts.get(name)
    if (found) return found
    const count: Count = { rolled_up: 0, rolled_again: 0, kept: 0, expired: { rows: 0 }, held_back: 0 }
    this.counts.set(name, count)
    return count
  }

  expired(source: Source, { rows = 0, bytes }: Measure, before: number): void {
    const { expired } = this.of(source)
    expired.rows += rows
    if (bytes !== undefined) expired.bytes = (expired.bytes ?? 0) + bytes
    expired.before = before
  }

  /** In words that stay the same from run to run, so that people are told once. */
  find(sentence: string): void {
    this.sentences.add(sentence)
  }

  get findings(): readonly string[] {
    return [...this.sentences]
  }

  report(tiers: readonly Tier[], watermark: (tier: string) => number | undefined): TierReport[] {
    const sources: Source[] = [RAW, ...tiers]
    return sources.map((source) => {
      const name = nameOfSource(source)
      const reached = source === RAW ? undefined : watermark(name)
      return { name, ...(reached !== undefined && { watermark: reached }), ...this.of(source) }
    })
  }
}
