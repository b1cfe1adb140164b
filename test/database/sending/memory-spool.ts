import type { Clock } from '../../../src/domain/clock'
import type { SpoolBatch, SpoolStatus } from '../../../src/database/spool/spool'

interface Entry {
  readonly line: string
  state: 'waiting' | 'taken' | 'acknowledged'
  acknowledged_at: number
}

/** What a `Sender` needs of a spool, in memory. */
export class MemorySpool {
  onLines: () => void = () => {}
  readonly limits: number[] = []
  private readonly entries: Entry[] = []
  private readonly batches = new Map<SpoolBatch, readonly Entry[]>()
  private pending = 0
  private cursor = 0

  constructor(private readonly clock: Clock) {}

  append(...lines: readonly string[]): void {
    for (const line of lines) this.entries.push({ line, state: 'waiting', acknowledged_at: 0 })
    this.pending += lines.length
    this.onLines()
  }

  take(limit: { readonly lines: number }): Promise<SpoolBatch | undefined> {
    this.limits.push(limit.lines)
    const taken: Entry[] = []
    for (; this.cursor < this.entries.length && taken.length < limit.lines; this.cursor++) {
      const entry = this.entries[this.cursor]
      if (entry?.state !== 'waiting') continue
      entry.state = 'taken'
      taken.push(entry)
    }
    if (taken.length === 0) return Promise.resolve(undefined)
    const text = Buffer.from(taken.map(({ line }) => `${line}\n`).join(''))
    const batch = { text, count: taken.length, accepted_at: 0 }
    this.batches.set(batch, taken)
    return Promise.resolve(batch)
  }

  acknowledge(batch: SpoolBatch): void {
    for (const entry of this.batches.get(batch) ?? []) {
      entry.state = 'acknowledged'
      entry.acknowledged_at = this.clock.monotonic()
      this.pending--
    }
    this.batches.delete(batch)
  }

  giveBack(): void {
    for (const entries of this.batches.values()) for (const entry of entries) entry.state = 'waiting'
    this.batches.clear()
    this.cursor = 0
  }

  rewind(age_ms: number): number {
    this.giveBack()
    const moment = this.clock.monotonic() - age_ms
    const again = this.entries.filter((entry) => entry.state === 'acknowledged' && entry.acknowledged_at >= moment)
    for (const entry of again) entry.state = 'waiting'
    this.pending += again.length
    return again.length
  }

  /** As at a bound. */
  drop(count: number): void {
    const dropped = this.entries.filter(({ state }) => state === 'waiting').slice(0, count)
    for (const entry of dropped) entry.state = 'acknowledged'
    this.pending -= dropped.length
  }

  status(): SpoolStatus {
    return { lines: this.pending, bytes: 0, fullness: 0, dropped: 0, damaged_bytes: 0 }
  }
}
