import type { Timer } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { Histogram } from '../../domain/histogram'
import { Acknowledgements } from './acknowledgements'
import { Bounds } from './bounds'
import { DiskTrouble, unusable } from './disk-trouble'
import { Exclusive } from './exclusive'
import { realFiles } from './files'
import { Intake } from './intake'
import { SpoolLock } from './lock'
import { recover } from './recovery'
import { SegmentReader } from './segment-reader'
import { SegmentWriter } from './segment-writer'
import { Segments } from './segments'
import type { SpoolBatch, SpoolOptions, SpoolStatistics, SpoolStatus } from './spool-options'
import { Taking } from './taking'
import { Unwritten } from './unwritten'

export type { Durability, SpoolBatch, SpoolOptions, SpoolStatus, WhenFull } from './spool-options'

const TICK_MS = 1000
/** What was acknowledged since the last note is taken again after a crash, which does no harm; each note wears a card. */
const NOTE_MS = 10_000
const DAY_MS = 86_400_000
const FRAME_BYTES = 1024 * 1024
const SEGMENT_BYTES = { minimum: 4 * 1024, maximum: 8 * 1024 * 1024 }
/** At least so many segments fill the spool or the time, so that little goes at once. */
const SEGMENTS = 16

/**
 * The durable queue in front of a store: append-only segments of frames with length and checksum. One process has it at a
 * time. Nothing in here throws for a disk that fails; see `status()`.
 *
 * The folder holds `<number>.log`, `acknowledged.json` (how far everything reached the store) and `lock`. A segment is
 * frame after frame (see `frame.ts`); this prints its lines, sound or not:
 *
 *     const bytes = require('node:fs').readFileSync(process.argv[2])
 *     for (let at = 0, end; at < bytes.length; at = end) {
 *       end = at + 28 + bytes.readUInt32LE(at + 8)
 *       process.stdout.write(bytes.subarray(at + 28, end))
 *     }
 */
export class Spool {
  private readonly segments: Segments
  private readonly acknowledgements: Acknowledgements
  private readonly lock: SpoolLock
  private readonly reader: SegmentReader
  private readonly reading = new Exclusive()
  private readonly trouble: DiskTrouble
  private readonly unwritten: Unwritten
  private readonly bounds: Bounds
  private readonly intake: Intake
  private readonly taking: Taking
  private readonly appends = new Histogram()
  private isRunning = false
  private timer: Timer | undefined
  private noted_at = Number.NEGATIVE_INFINITY
  private ticking: Promise<void> = Promise.resolve()
  private starting: Promise<void> | undefined
  private stopping: Promise<void> | undefined

  constructor(private readonly options: SpoolOptions) {
    const { folder, maximum_bytes, maximum_age_days, durability, when_full, clock, files = realFiles } = options
    const { grace_ms = () => 0, onChange, onLines } = options
    const segment_bytes = clamp(Math.floor(maximum_bytes / SEGMENTS), SEGMENT_BYTES)
    const maximum_age_ms = maximum_age_days * DAY_MS
    this.segments = new Segments({ folder, files, clock, grace_ms })
    this.acknowledgements = new Acknowledgements(folder, files)
    this.lock = new SpoolLock(folder, files, clock)
    this.reader = new SegmentReader(files)
    this.trouble = new DiskTrouble(folder, clock, onChange)
    this.unwritten = new Unwritten(Math.min(FRAME_BYTES, segment_bytes))
    const { segments, reader, reading, trouble, unwritten } = this
    const highestNoted = () => this.acknowledgements.highest
    this.bounds = new Bounds(segments, reader, reading, { maximum_bytes, maximum_age_ms, when_full, highestNoted })
    const writer = new SegmentWriter(segments, { durability, segment_bytes, segment_ms: maximum_age_ms / SEGMENTS })
    const intake = { folder, maximum_bytes, when_full, clock, onLines }
    this.intake = new Intake(unwritten, writer, segments, this.bounds, trouble, intake)
    this.taking = new Taking(segments, reader, unwritten, trouble)
  }

  /**
   * Takes the lock and finds what an earlier run left: torn tails are cut, damage is skipped.
   * @throws MonitorError `SPOOL_LOCKED`, `DATABASE_UNAVAILABLE` where the folder cannot be used, `CLOSED` after `stop`
   */
  start(): Promise<void> {
    if (this.stopping) return Promise.reject(this.closed())
    this.starting = this.begin()
    return this.starting
  }

  /** Writes what is under way, saves how far it was acknowledged, gives up the lock. May be called twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  /**
   * Resolves when the lines are as durable as was chosen; while the disk fails, when they are on it after all, or
   * acknowledged. Appends that come while one is being written share the next frame.
   * @throws MonitorError `QUEUE_FULL`, `CLOSED`: none of the lines was kept
   */
  async append(text: string, count: number): Promise<void> {
    if (!this.isRunning) throw this.closed()
    const { clock } = this.options
    const begun_ms = clock.monotonic()
    await this.intake.append(text, count)
    this.appends.add(clock.monotonic() - begun_ms)
  }

  /**
   * The next lines that were not taken, undefined where there are none. One frame at least, which is 1,000 lines or 1 MiB
   * at most, even where the limit is lower. One call at a time.
   */
  take(limit: { readonly lines: number; readonly bytes: number }): Promise<SpoolBatch | undefined> {
    return this.reading.run(async () => (this.isRunning ? this.taking.take(limit) : undefined))
  }

  /** The lines need not be kept any more. Batches may be acknowledged in any order; those given back are left alone. */
  acknowledge(batch: SpoolBatch): void {
    this.taking.acknowledge(batch)
  }

  /** What was taken and not acknowledged will be taken again, from the oldest. */
  giveBack(): void {
    this.taking.giveBack()
  }

  /**
   * What was acknowledged within the last `age_ms`, to a second, and is still there, will be taken again, and so will what
   * is in hand. Returns the lines of the former.
   */
  rewind(age_ms: number): number {
    return this.taking.rewind(age_ms)
  }

  status(): SpoolStatus {
    const { segments, unwritten } = this
    const oldest = segments.oldest ?? unwritten.oldest
    return {
      lines: segments.pendingLines + unwritten.lines,
      bytes: segments.pendingBytes + unwritten.bytes,
      ...(oldest !== undefined && { oldest }),
      fullness: this.fullness(oldest),
      dropped: segments.dropped,
      damaged_bytes: segments.damaged_bytes,
      ...this.trouble.reason,
    }
  }

  statistics(): SpoolStatistics {
    return { ...this.status(), latency: this.appends.snapshot() }
  }

  private async begin(): Promise<void> {
    const { folder, files = realFiles } = this.options
    try {
      await files.makeFolder(folder)
      await this.lock.acquire()
      await recover(this.segments, this.reader, await this.acknowledgements.load())
    } catch (thrown) {
      await this.lock.release()
      throw unusable(folder, thrown)
    }
    this.isRunning = true
    this.schedule()
  }

  private fullness(oldest: number | undefined): number {
    if (oldest === undefined) return 0
    const { maximum_bytes, maximum_age_days, clock } = this.options
    const of_bytes = (this.segments.heldBytes + this.unwritten.bytes) / maximum_bytes
    const of_age = (clock.now() - oldest) / (maximum_age_days * DAY_MS)
    return Math.min(1, Math.max(of_bytes, of_age))
  }

  private schedule(): void {
    this.timer = this.options.clock.setTimeout(() => {
      this.ticking = this.tick()
    }, TICK_MS)
  }

  /** Never rejects. */
  private async tick(): Promise<void> {
    this.intake.tick()
    if (this.taking.isFailing) this.options.onLines()
    await this.lock.beat()
    if (this.options.clock.monotonic() - this.noted_at >= NOTE_MS) await this.note()
    await this.tidy()
    if (this.isRunning) this.schedule()
  }

  /** Where it fails, the next one says the same and more. */
  private async note(): Promise<void> {
    this.noted_at = this.options.clock.monotonic()
    await this.acknowledgements.save(this.segments.front).catch(() => undefined)
  }

  /** Where it fails, the same is tried again a second later. */
  private async tidy(): Promise<void> {
    await this.bounds.tidy().catch(() => undefined)
  }

  private async end(): Promise<void> {
    await this.starting?.catch(() => undefined)
    if (!this.isRunning) return
    this.isRunning = false
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    await this.ticking
    await this.intake.stop()
    await this.note()
    await this.tidy()
    await this.reading.run(() => this.reader.close().catch(() => undefined))
    await this.lock.release()
  }

  private closed(): MonitorError {
    return new MonitorError('CLOSED', `The spool in ${this.options.folder} is closed`)
  }
}

function clamp(value: number, { minimum, maximum }: { readonly minimum: number; readonly maximum: number }): number {
  return Math.min(maximum, Math.max(minimum, value))
}
