import { join } from 'node:path'
import type { Clock } from '../../domain/clock'
import { codeOf, syncFolder, type Files } from './files'
import type { Segment } from './segment'

const NAME = /^(\d{1,10})\.log$/

export function segmentNumber(name: string): number | undefined {
  const match = NAME.exec(name)
  return match ? Number(match[1]) : undefined
}

/** A place in the spool. */
export interface Place {
  readonly segment: number
  readonly offset: number
}

export interface SegmentsOptions {
  readonly folder: string
  readonly files: Files
  readonly clock: Clock
  /** For how long what was acknowledged may be asked for again, ms. */
  readonly grace_ms: () => number
}

/** The files of the spool, oldest first. */
export class Segments {
  list: Segment[] = []
  /** Lines that were lost with damaged frames, or given up at a bound. */
  dropped = 0
  damaged_bytes = 0
  private next_number = 1

  constructor(readonly options: SegmentsOptions) {}

  path(number: number): string {
    return join(this.options.folder, `${String(number).padStart(10, '0')}.log`)
  }

  /** On disk, what is kept for the grace included. */
  get bytes(): number {
    return sum(this.list, ({ bytes }) => bytes)
  }

  /** Of files that hold something to take. */
  get heldBytes(): number {
    return sum(this.list, (segment) => (segment.isDone ? 0 : segment.bytes))
  }

  get pendingLines(): number {
    return sum(this.list, ({ pendingLines }) => pendingLines)
  }

  get pendingBytes(): number {
    return sum(this.list, ({ pendingBytes }) => pendingBytes)
  }

  get oldest(): number | undefined {
    return this.list.find(({ isDone }) => !isDone)?.oldest
  }

  /** Everything before is acknowledged. */
  get front(): Place {
    const segment = this.list.find(({ isDone }) => !isDone) ?? this.list.at(-1)
    return segment ? { segment: segment.number, offset: segment.front } : { segment: this.next_number - 1, offset: 0 }
  }

  /** A number is never used twice, so that an old note of how far was acknowledged cannot be mistaken. */
  takeNumber(): number {
    return this.next_number++
  }

  /** Numbers up to this one were in use. */
  skipNumbers(used: number): void {
    this.next_number = Math.max(this.next_number, used + 1)
  }

  find(number: number): Segment | undefined {
    return this.list.find((segment) => segment.number === number)
  }

  after(number: number): Segment | undefined {
    return this.list.find((segment) => segment.number > number)
  }

  addDamage(segment: Segment, offset: number, bytes: number): void {
    if (segment.damage.has(offset)) return
    segment.damage.add(offset)
    this.damaged_bytes += bytes
  }

  /** What is acknowledged, cannot be rewound and need not stay open. */
  finished(): Segment[] {
    const grace_ms = this.options.grace_ms()
    const since = grace_ms > 0 ? this.options.clock.monotonic() - grace_ms : Infinity
    return this.list.filter((segment) => {
      segment.forget(since)
      return segment.isClosed && segment.isDone && !segment.hasAcknowledgedSince(since)
    })
  }

  /** Forgets segments and removes their files; lines that are not acknowledged count as dropped. */
  async remove(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return
    const { files, folder } = this.options
    this.list = this.list.filter((segment) => !segments.includes(segment))
    this.dropped += sum(segments, ({ lost }) => lost)
    for (const { number } of segments) {
      await files.unlink(this.path(number)).catch((thrown: unknown) => {
        if (codeOf(thrown) !== 'ENOENT') throw thrown
      })
    }
    await syncFolder(files, folder)
  }
}

function sum(segments: readonly Segment[], value: (segment: Segment) => number): number {
  let total = 0
  for (const segment of segments) total += value(segment)
  return total
}
