import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { Bounds } from './bounds'
import type { DiskTrouble } from './disk-trouble'
import { HEADER_BYTES, type FrameContent } from './frame'
import type { SegmentWriter } from './segment-writer'
import type { Segments } from './segments'
import type { WhenFull } from './spool-options'
import type { Unwritten } from './unwritten'

const MEBIBYTE = 1024 * 1024
/** What may wait in memory: for a disk that is slow, and for one that fails. */
const WAITING_BYTES = 32 * MEBIBYTE
const FAILING = { lines: 20_000, bytes: 16 * MEBIBYTE }

export interface IntakeOptions {
  readonly folder: string
  readonly maximum_bytes: number
  readonly when_full: WhenFull
  readonly clock: Clock
  readonly onLines: () => void
}

/** Brings what is appended to disk; what comes meanwhile goes together. */
export class Intake {
  private isBusy = false
  private isUpkeepDue = false
  private working: Promise<void> = Promise.resolve()

  constructor(
    private readonly unwritten: Unwritten,
    private readonly writer: SegmentWriter,
    private readonly segments: Segments,
    private readonly bounds: Bounds,
    private readonly trouble: DiskTrouble,
    private readonly options: IntakeOptions,
  ) {}

  /** @throws MonitorError `QUEUE_FULL` */
  append(text: string, lines: number): Promise<void> {
    const bytes = Buffer.byteLength(text)
    const refusal = this.refusal(lines, bytes)
    if (refusal) return Promise.reject(refusal)
    const written = this.unwritten.add(text, lines, bytes, this.options.clock.now())
    this.wake()
    if (!this.isBusy) this.options.onLines()
    return written
  }

  /** What is to be done every second or so. */
  tick(): void {
    this.isUpkeepDue = true
    this.wake()
  }

  /** Tries once more where the disk fails. */
  async stop(): Promise<void> {
    while (this.isBusy) await this.working
    await this.work()
    this.unwritten.fail(new MonitorError('CLOSED', `The spool in ${this.options.folder} was closed before it had this`))
    await this.writer.close().catch(() => undefined)
  }

  private wake(): void {
    if (!this.isBusy && this.trouble.isRested) this.working = this.work()
  }

  private async work(): Promise<void> {
    this.isBusy = true
    // What is appended in the same moment shares a frame.
    await Promise.resolve()
    try {
      for (let frames = this.unwritten.group(); frames.length > 0; frames = this.unwritten.group()) {
        await this.write(frames)
      }
      if (this.isUpkeepDue) {
        this.isUpkeepDue = false
        await this.writer.upkeep()
      }
    } catch (thrown) {
      this.unwritten.unwritten()
      this.trouble.add(thrown)
      this.options.onLines()
    }
    this.isBusy = false
    // What came during the upkeep.
    if (this.unwritten.lines > 0) this.wake()
  }

  private async write(frames: readonly FrameContent[]): Promise<void> {
    await this.bounds.makeRoom(frames.reduce((total, { bytes }) => total + HEADER_BYTES + bytes, 0))
    await this.writer.write(frames)
    this.unwritten.written()
    this.trouble.end()
    this.options.onLines()
  }

  private refusal(lines: number, bytes: number): MonitorError | undefined {
    const { maximum_bytes, when_full } = this.options
    const { unwritten } = this
    const framed = bytes + HEADER_BYTES
    const held = when_full === 'refuse' ? this.segments.heldBytes + unwritten.framedBytes : 0
    if (held + framed > maximum_bytes)
      return this.full('bytes', bytes, `${maximum_bytes} bytes in all, ${held} are held`)
    if (unwritten.bytes + bytes > WAITING_BYTES) {
      return this.full('bytes', bytes, `${WAITING_BYTES} bytes waiting for the disk, ${unwritten.bytes} are`)
    }
    if (!this.trouble.reason) return undefined
    if (unwritten.lines + lines <= FAILING.lines && unwritten.bytes + bytes <= FAILING.bytes) return undefined
    const range = `${FAILING.lines} lines and ${FAILING.bytes} bytes in memory while the disk fails`
    return this.full('lines', lines, `${range}, ${unwritten.lines} and ${unwritten.bytes} are`)
  }

  private full(field: 'lines' | 'bytes', value: number, range: string): MonitorError {
    const message = `The spool in ${this.options.folder} is full: ${value} ${field} do not fit; at most ${range}`
    return new MonitorError('QUEUE_FULL', message, { details: { field, value, range: `at most ${range}` } })
  }
}
