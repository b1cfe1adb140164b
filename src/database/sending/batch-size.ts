const UNANSWERED_IN_A_ROW = 3
const FULL_BATCHES_BEFORE_GROWING = 20
const GROWTH = 1.1

/** How many lines go into one request: what was set, or fewer where a store cannot take as many. */
export class BatchSize {
  private allowed: number
  private unansweredInARow = 0
  private full = 0

  constructor(private readonly maximum: number) {
    this.allowed = maximum
  }

  get lines(): number {
    return this.allowed
  }

  /** A request of so many lines was too large. */
  tooLarge(count: number): void {
    this.allowed = half(Math.min(count, this.allowed))
    this.full = 0
  }

  /** It was one line that was too large, and not their number. */
  oneTooLarge(): void {
    this.allowed = this.maximum
  }

  /** It may be too much for the store's time, or for a proxy that ends the connection over a large request. */
  unanswered(): void {
    this.full = 0
    if (++this.unansweredInARow < UNANSWERED_IN_A_ROW) return
    this.unansweredInARow = 0
    this.allowed = half(this.allowed)
  }

  stored(count: number): void {
    this.unansweredInARow = 0
    // The spool gives whole frames, so that few batches are full to the last line.
    if (count * 2 < this.allowed || ++this.full < FULL_BATCHES_BEFORE_GROWING) return
    this.full = 0
    this.allowed = Math.min(this.maximum, Math.ceil(this.allowed * GROWTH))
  }
}

function half(lines: number): number {
  return Math.max(1, Math.floor(lines / 2))
}
