import type { Exclusive } from './exclusive'
import type { Segment } from './segment'
import type { SegmentReader } from './segment-reader'
import type { Segments } from './segments'
import type { WhenFull } from './spool-options'
import { thin } from './thinning'

export interface BoundsOptions {
  readonly maximum_bytes: number
  readonly maximum_age_ms: number
  readonly when_full: WhenFull
  /** How far a note on disk may say that everything is acknowledged: offsets up to there must stay true. */
  readonly highestNoted: () => number
}

/** Segments looked through without gaining anything, before the oldest goes: appends wait meanwhile. */
const MOST_IN_VAIN = 4

/** Keeps the files within their bounds. What a batch in hand was taken from stays. */
export class Bounds {
  constructor(
    private readonly segments: Segments,
    private readonly reader: SegmentReader,
    /** Shared with whoever reads. */
    private readonly exclusive: Exclusive,
    private readonly options: BoundsOptions,
  ) {}

  /** By the policy, until so many bytes fit, or nothing is left that may go. @throws what the disk says */
  async makeRoom(bytes: number): Promise<void> {
    let thinnings = MOST_IN_VAIN
    while (this.segments.bytes + bytes > this.options.maximum_bytes) {
      const { bytes: before } = this.segments
      if (!(await this.exclusive.run(() => this.giveWay(thinnings > 0)))) return
      if (this.segments.bytes === before) thinnings--
    }
  }

  /** Removes what is acknowledged, and what is too old. @throws what the disk says */
  async tidy(): Promise<void> {
    const oldest = this.segments.options.clock.now() - this.options.maximum_age_ms
    const isTooOld = (segment: Segment) => isFree(segment) && segment.newest < oldest
    await this.exclusive.run(async () => {
      const finished = this.segments.finished()
      await this.remove(this.segments.list.filter((segment) => finished.includes(segment) || isTooOld(segment)))
    })
  }

  private async giveWay(mayThin: boolean): Promise<boolean> {
    const { list } = this.segments
    const finished = list.find((segment) => isFree(segment) && segment.isDone)
    if (finished) return this.remove([finished])
    if (this.options.when_full === 'refuse') return false
    const thick = mayThin && this.options.when_full === 'thin' && list.find((segment) => this.isThick(segment))
    if (thick) return this.thin(thick)
    const oldest = list.find(isFree)
    return oldest !== undefined && this.remove([oldest])
  }

  private isThick(segment: Segment): boolean {
    const isNoted = segment.number <= this.options.highestNoted()
    return isFree(segment) && !segment.isThinned && segment.isUntouched && !isNoted
  }

  private async thin(segment: Segment): Promise<true> {
    // Where it fails, on a full disk for one, the segment counts as thinned, and goes with the others.
    this.segments.dropped += await thin(this.segments, this.reader, segment).catch(() => 0)
    return true
  }

  private async remove(segments: readonly Segment[]): Promise<true> {
    for (const { number } of segments) await this.reader.close(this.segments.path(number))
    await this.segments.remove(segments)
    return true
  }
}

function isFree(segment: Segment): boolean {
  return segment.isClosed && segment.inHand === 0
}
