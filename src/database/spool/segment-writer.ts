import { writeFully, syncFolder, type SpoolFile } from './files'
import { encodeFrames, HEADER_BYTES, type FrameContent } from './frame'
import { Segment } from './segment'
import type { Segments } from './segments'
import type { Durability } from './spool-options'

export interface SegmentWriterOptions {
  readonly durability: Durability
  readonly segment_bytes: number
  /** A segment that is written to for longer gets a successor, so that what is too old can go. */
  readonly segment_ms: number
}

/** Writes frames at the end of the spool. Its methods are called one after another. */
export class SegmentWriter {
  private file: SpoolFile | undefined
  private segment: Segment | undefined
  private opened_at = 0
  private isSynced = true

  constructor(
    private readonly segments: Segments,
    private readonly options: SegmentWriterOptions,
  ) {}

  /** Resolves when they are as durable as was chosen. @throws what the disk says; then none of them is in the spool */
  async write(frames: readonly FrameContent[]): Promise<void> {
    const bytes = frames.reduce((total, frame) => total + HEADER_BYTES + frame.bytes, 0)
    const { file, segment } = await this.current(bytes)
    try {
      await writeFully(file, encodeFrames(frames, segment.number), segment.bytes)
      this.isSynced = false
      if (this.options.durability === 'each') await this.sync()
    } catch (thrown) {
      await this.abandon()
      throw thrown
    }
    for (const { bytes: length, lines, accepted_at } of frames) {
      segment.extend(segment.bytes, lines, accepted_at)
      segment.bytes += HEADER_BYTES + length
    }
  }

  /** To be called every second or so. */
  async upkeep(): Promise<void> {
    if (this.options.durability === '1s') await this.sync()
    if (this.isAged && this.segment && this.segment.bytes > 0) await this.close()
  }

  private get isAged(): boolean {
    return this.segments.options.clock.monotonic() - this.opened_at > this.options.segment_ms
  }

  private async sync(): Promise<void> {
    if (this.isSynced) return
    try {
      await this.file?.datasync()
      this.isSynced = true
    } catch (thrown) {
      await this.abandon()
      throw thrown
    }
  }

  /** The next frame begins a new segment. */
  async close(): Promise<void> {
    const { file, segment } = this
    if (this.options.durability !== 'none') await this.sync()
    this.file = this.segment = undefined
    if (segment) segment.isClosed = true
    await file?.close()
  }

  private async current(bytes: number): Promise<{ file: SpoolFile; segment: Segment }> {
    const { file, segment } = this
    const isFull = segment && segment.bytes > 0 && segment.bytes + bytes > this.options.segment_bytes
    if (file && segment && !isFull) return { file, segment }
    await this.close()
    return this.begin()
  }

  private async begin(): Promise<{ file: SpoolFile; segment: Segment }> {
    const { files, folder, clock } = this.segments.options
    const segment = new Segment(this.segments.takeNumber())
    const path = this.segments.path(segment.number)
    const file = await files.open(path, 'wx')
    try {
      await syncFolder(files, folder)
    } catch (thrown) {
      await file.close()
      await files.unlink(path).catch(() => undefined)
      throw thrown
    }
    this.segments.list.push(segment)
    this.opened_at = clock.monotonic()
    this.file = file
    this.segment = segment
    return { file, segment }
  }

  /**
   * Never again writes to a file after a failure: Linux forgets what a failed sync did not write, and the next sync
   * would say that all is well (https://lwn.net/Articles/752063/).
   */
  private async abandon(): Promise<void> {
    const { file, segment } = this
    this.file = this.segment = undefined
    this.isSynced = true
    if (!file || !segment) return
    segment.isClosed = true
    await file.truncate(segment.bytes).catch(() => undefined)
    await file.close().catch(() => undefined)
    if (segment.bytes === 0) await this.segments.remove([segment]).catch(() => undefined)
  }
}
