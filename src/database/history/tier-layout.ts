import type { Tier } from '../tiers/tier'
import { edgeAfter, type Buckets } from './bucket-edges'
import type { TimeRange } from './record-source'

/** From the first row of a tier to its watermark. */
export interface Reach extends TimeRange {
  readonly tier: Tier
  readonly buckets: Buckets
  /** No coarser tier knows more than its rows do from here on. */
  readonly whole_from: number
  /** Its buckets are no longer than those asked for. */
  readonly isFine: boolean
  /** It keeps every field asked for. */
  readonly isComplete: boolean
  /** What came late since it was rolled up. */
  readonly dirty: readonly TimeRange[]
}

export interface Sources {
  /** The finest first. */
  readonly reaches: readonly Reach[]
  /** The same of raw readings. */
  readonly raw_from: number
}

/** A stretch that one source serves: rows that begin in it, or raw readings. */
export interface Piece extends TimeRange {
  /** Undefined: raw. */
  readonly reach: Reach | undefined
}

/** What one bucket of the answer is made of. */
export interface Part extends TimeRange {
  /** Undefined: each row is a bucket as it is, because it is longer than what was asked for and nothing finer is left. */
  readonly bucket: TimeRange | undefined
  readonly pieces: readonly Piece[]
}

/**
 * Which source serves which stretch of a range. The coarsest tier whose buckets make up those asked for and that keeps the
 * fields goes first, then finer ones, then raw. Where nothing came late that is the same as raw gives; where
 * something did, raw serves, as long as it lasts. Where it is gone, the finest tier that is left serves, whatever it has: a row
 * belongs to the bucket that it begins in, or to the first one.
 */
export class TierLayout {
  /** From here on there is nothing but raw: an edge of a bucket. */
  readonly tail: number
  /** The finest first. */
  private readonly serving: readonly Reach[]
  private readonly coarsestFirst: readonly Reach[]

  constructor(
    private readonly range: TimeRange,
    private readonly buckets: Buckets,
    private readonly sources: Sources,
  ) {
    this.serving = sources.reaches.filter(({ isFine, isComplete }) => isFine && isComplete)
    this.coarsestFirst = [...this.serving].reverse()
    const served = Math.max(sources.raw_from, ...this.serving.map(({ to }) => to))
    this.tail = served <= range.from ? range.from : Math.min(range.to, edgeAfter(buckets, served))
  }

  /** In order; whole buckets but at the ends of the range. */
  parts({ from, to }: TimeRange): Part[] {
    const parts: Part[] = []
    for (let at = from; at < to;) {
      const row = this.rowAsItIs(at)
      if (row !== undefined) {
        if (this.belongs(row, at)) parts.push({ from: row.from, to: row.to, bucket: undefined, pieces: [row] })
        at = row.to
        continue
      }
      const bucket = this.buckets.at(at)
      const { pieces, end } = this.pieces(at, Math.min(bucket.to, to))
      const [first, last] = [pieces[0], pieces.at(-1)]
      if (first && last) parts.push({ from: first.from, to: last.to, bucket, pieces })
      at = end
    }
    return parts
  }

  /** Of one bucket; it ends earlier where a row as it is begins. */
  private pieces(from: number, to: number): { pieces: Piece[]; end: number } {
    const pieces: Piece[] = []
    for (let at = from; at < to;) {
      if (this.rowAsItIs(at) !== undefined) return { pieces, end: at }
      const piece = this.exact(at, to) ?? (at >= this.sources.raw_from ? this.raw(at, to) : this.remaining(at))
      if (piece === undefined) {
        at = this.nextSource(at)
        continue
      }
      at = piece.to
      const last = pieces.at(-1)
      if (last?.reach === piece.reach && last?.to === piece.from) pieces[pieces.length - 1] = { ...last, to: piece.to }
      else if (this.belongs(piece, from)) pieces.push(piece)
    }
    return { pieces, end: to }
  }

  /** The row of the coarsest tier that fits. */
  private exact(at: number, to: number): Piece | undefined {
    for (const reach of this.coarsestFirst) {
      const bucket = reach.buckets.at(at)
      const fits = bucket.from === at && bucket.to <= to && at >= reach.from && bucket.to <= reach.to
      if (fits && !this.isBetterRaw(reach, bucket)) return { reach, ...bucket }
    }
    return undefined
  }

  private isBetterRaw({ dirty }: Reach, { from, to }: TimeRange): boolean {
    return from >= this.sources.raw_from && dirty.some((stretch) => stretch.from < to && stretch.to > from)
  }

  /** As far as the next bucket that a tier could serve. */
  private raw(at: number, to: number): Piece {
    const next = this.serving.find((reach) => at < reach.to)
    const end = next === undefined ? to : at < next.from ? next.from : next.buckets.at(at).to
    return { reach: undefined, from: at, to: Math.min(to, end) }
  }

  /** The row of the finest tier that is left, in which the moment lies. */
  private remaining(at: number): Piece | undefined {
    const left = this.sources.reaches.filter((reach) => reach.isFine && at >= reach.whole_from && at < reach.to)
    const reach = left.find(({ isComplete }) => isComplete) ?? left[0]
    return reach && { reach, ...reach.buckets.at(at) }
  }

  private rowAsItIs(at: number): Piece | undefined {
    if (at >= this.sources.raw_from || this.remaining(at) !== undefined) return undefined
    const reach = this.sources.reaches.find(({ whole_from, to }) => at >= whole_from && at < to)
    return reach && { reach, ...reach.buckets.at(at) }
  }

  private belongs(piece: TimeRange, at: number): boolean {
    return piece.from >= at || at === this.range.from
  }

  private nextSource(at: number): number {
    const starts = [this.sources.raw_from, ...this.sources.reaches.map(({ whole_from }) => whole_from)]
    return Math.min(...starts.filter((start) => start > at), Number.POSITIVE_INFINITY)
  }
}
