import { HOLDS, HOLDS_NOT, UNKNOWN } from '../conditions/condition'

/** At least so many of the last samples: what a condition says of single samples becomes what holds. */
export class SampleCounter {
  /** Whether the condition held, for each of the last `out_of` samples; a ring. */
  private readonly ring: Uint8Array
  private next = 0
  private holding = 0

  constructor(
    private readonly at_least: number,
    out_of: number,
  ) {
    this.ring = new Uint8Array(out_of)
  }

  /** A sample of which the condition says `level`; one that says nothing does not count. */
  add(level: number): void {
    if (level === UNKNOWN) return
    const bit = level > HOLDS_NOT ? 1 : 0
    this.holding += bit - (this.ring[this.next] as number)
    this.ring[this.next] = bit
    this.next = (this.next + 1) % this.ring.length
  }

  /** What holds, where the condition says `level` now. */
  level(level: number): number {
    if (level === UNKNOWN) return UNKNOWN
    return this.holding >= this.at_least ? Math.max(level, HOLDS) : HOLDS_NOT
  }

  /** Of an incident that goes on, what has raised it is no longer known: it is over after as many samples as any. */
  fill(): void {
    this.ring.fill(1)
    this.holding = this.ring.length
  }
}
