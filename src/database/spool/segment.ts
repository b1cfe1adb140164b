const LANDMARK_MS = 60_000
/** Acknowledgements within it are remembered as one. */
const SPAN_MS = 1000

/** What was acknowledged, by where it lies in the segment. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly lines: number
}

interface AcknowledgedSpan extends Span {
  /** Monotonic, of its first acknowledgement. */
  readonly at: number
}

/** What is known of one file of the spool. */
export class Segment {
  /** Up to where it holds frames, all of them on disk. */
  bytes = 0
  /** From where on it was read at start. */
  lines = 0
  newest = Number.NEGATIVE_INFINITY
  /** No more is written to it. */
  isClosed = false
  /** Nothing could be gained by thinning it out again. */
  isThinned = false
  /** Batches that somebody has in hand. */
  inHand = 0
  /** Where damage was found, so that it is counted once. */
  readonly damage = new Set<number>()
  /** Everything before is acknowledged. */
  front: number
  /** As `front`, and it cannot be rewound any more. */
  private settled: number
  private acknowledged_lines = 0
  /** By their position. */
  private spans: AcknowledgedSpan[] = []
  private landmarks: { readonly offset: number; readonly accepted_at: number }[] = []

  constructor(
    readonly number: number,
    /** Everything before was acknowledged in an earlier run. */
    begin = 0,
  ) {
    this.front = this.settled = begin
  }

  get isDone(): boolean {
    return this.front >= this.bytes
  }

  get isUntouched(): boolean {
    return this.front === 0 && this.spans.length === 0 && this.inHand === 0
  }

  /** Lines that are not acknowledged; what is missing at the end was damaged. */
  get pendingLines(): number {
    return this.isDone ? 0 : this.lost
  }

  get lost(): number {
    return Math.max(0, this.lines - this.acknowledged_lines)
  }

  get pendingBytes(): number {
    return this.bytes - this.front
  }

  /** When the first line that is not acknowledged was accepted, to about a minute. */
  get oldest(): number | undefined {
    if (this.isDone) return undefined
    let oldest = this.landmarks[0]?.accepted_at
    for (const { offset, accepted_at } of this.landmarks) {
      if (offset > this.front) break
      oldest = accepted_at
    }
    return oldest
  }

  /** Takes note of a frame at `offset`, behind all that is known. */
  extend(offset: number, lines: number, accepted_at: number): void {
    this.lines += lines
    this.newest = Math.max(this.newest, accepted_at)
    const last = this.landmarks.at(-1)
    if (last && Math.abs(accepted_at - last.accepted_at) < LANDMARK_MS) return
    this.landmarks.push({ offset, accepted_at })
  }

  acknowledge(span: Span, at: number): void {
    this.acknowledged_lines += span.lines
    const next = this.spans.findIndex(({ from }) => from >= span.to)
    const index = next < 0 ? this.spans.length : next
    const previous = this.spans[index - 1]
    if (previous && previous.to === span.from && Math.abs(at - previous.at) < SPAN_MS) {
      const lines = previous.lines + span.lines
      this.spans[index - 1] = { from: previous.from, to: span.to, lines, at: previous.at }
    } else {
      this.spans.splice(index, 0, { ...span, at })
    }
    this.findFront()
  }

  /** What was acknowledged since `moment` is not any more. Returns its lines. */
  rewind(moment: number): number {
    let lines = 0
    this.spans = this.spans.filter((span) => {
      const isKept = span.at + SPAN_MS < moment
      if (!isKept) lines += span.lines
      return isKept
    })
    this.acknowledged_lines -= lines
    this.findFront()
    return lines
  }

  /** Whether something could be rewound to `moment`. */
  hasAcknowledgedSince(moment: number): boolean {
    return this.spans.some((span) => span.at + SPAN_MS >= moment)
  }

  /** Forgets how what was acknowledged before `moment` came about, where nothing is open before it. */
  forget(moment: number): void {
    let count = 0
    let end = this.settled
    for (const span of this.spans) {
      if (span.from > end || span.at + SPAN_MS >= moment) break
      end = Math.max(end, span.to)
      count++
    }
    if (count === 0) return
    this.spans.splice(0, count)
    this.settled = end
    this.landmarks = this.landmarks.filter(
      ({ offset }, index, all) => offset >= this.settled || (all[index + 1]?.offset ?? Infinity) > this.settled,
    )
  }

  /** Where the next lines to take lie, from `offset` on. */
  open(offset: number): { readonly from: number; readonly to: number } {
    let from = Math.max(offset, this.settled)
    for (const span of this.spans) {
      if (span.from > from) return { from, to: Math.min(span.from, this.bytes) }
      from = Math.max(from, span.to)
    }
    return { from, to: this.bytes }
  }

  private findFront(): void {
    this.front = this.open(this.settled).from
  }
}
