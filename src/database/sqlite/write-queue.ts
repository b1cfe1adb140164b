import type { Clock, Random, Timer } from '../../domain/clock'
import { MonitorError, toMonitorError, type ErrorCode } from '../../domain/errors'
import type { DatabaseState, DatabaseStatus, WriteResult } from '../database'
import type { SqliteOptions } from './sqlite-options'
import { bytesOf, countOf, type EncodedReadings } from './sqlite-rows'

const RETRY_MS = { first: 500, maximum: 30_000 }
const MEGABYTE = 1024 * 1024

type Limits = Pick<SqliteOptions, 'batch_readings' | 'batch_delay_ms' | 'queue_readings' | 'queue_mb'>

/** Commits parts: all or none. Answers with the readings written of each. */
export type Commit = (parts: readonly EncodedReadings[]) => Promise<readonly number[]>

/** One call of `write`, which waits for its parts; none where it was refused already. */
interface Waiter {
  left: number
  written: number
  skipped: number
  readonly resolve: (result: WriteResult) => void
  readonly reject: (error: MonitorError) => void
}
interface Entry {
  readonly part: EncodedReadings
  readonly count: number
  readonly bytes: number
  waiter: Waiter | undefined
}

/**
 * Readings that wait to be written, bounded in number and memory. One batch is on its way at a time; one that is refused
 * for a passing reason goes first again after a back-off, while its callers are told at once.
 */
export class WriteQueue {
  private readonly entries: Entry[] = []
  /** On its way. */
  private batch: readonly Entry[] = []
  private stopped = false
  private timer: Timer | undefined
  private sending: Promise<void> | undefined
  private reason: MonitorError | undefined
  private failures = 0
  private bytes = 0
  private readonly counters = { written: 0, skipped: 0, queued: 0, dropped: 0, refused: 0 }

  constructor(
    private readonly limits: Limits,
    private readonly commit: Commit,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly onState: () => void,
  ) {}

  status(): DatabaseStatus {
    const state = this.reason ? stateOf(this.reason.code) : 'ok'
    const { code, message } = this.reason ?? {}
    return { state, ...(code && { code }), ...(message && { message }), ...this.counters }
  }

  /** @throws MonitorError `QUEUE_FULL` where the readings do not fit; then none of them is queued */
  assertRoom(count: number, bytes = 0): void {
    const { queue_readings, queue_mb } = this.limits
    const { queued } = this.counters
    if (queued + count <= queue_readings && this.bytes + bytes <= queue_mb * MEGABYTE) return
    this.counters.refused += count
    const range = `at most ${queue_readings} readings and ${queue_mb} MB`
    const message = `${count} readings do not fit: ${queued} are queued, ${range} may be`
    throw new MonitorError('QUEUE_FULL', message, { details: { field: 'readings', value: count, range, queued } })
  }

  /** Takes the parts of one call; `skipped` readings of it were left out before. */
  accept(parts: readonly EncodedReadings[], skipped: number): Promise<WriteResult> {
    const entries = parts.map((part): Entry => ({
      part,
      count: countOf(part),
      bytes: bytesOf(part),
      waiter: undefined,
    }))
    const count = entries.reduce((sum, entry) => sum + entry.count, 0)
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    this.assertRoom(count, bytes)
    this.counters.skipped += skipped
    this.counters.queued += count
    this.bytes += bytes
    this.entries.push(...entries)
    if (count === 0) return Promise.resolve({ written: 0, skipped })
    if (this.reason && isKept(this.reason)) return Promise.reject(this.queuedAnyway(this.reason))
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { left: entries.length, written: 0, skipped, resolve, reject }
      for (const entry of entries) entry.waiter = waiter
      this.schedule()
    })
  }

  /** Writes everything now; gives up at the first refusal. */
  async drain(): Promise<void> {
    this.cancelTimer()
    await this.sending
    while (this.entries.length > 0) {
      this.cancelTimer()
      const { failures } = this
      await this.send()
      if (this.failures > failures) return
    }
  }

  /** Gives up what is left. */
  stop(): void {
    this.stopped = true
    this.cancelTimer()
    this.counters.dropped += this.counters.queued
    this.counters.queued = 0
    this.bytes = 0
    const error = new MonitorError('CLOSED', 'The database was closed before the readings were written')
    for (const { waiter } of [...this.batch, ...this.entries.splice(0)]) waiter?.reject(error)
  }

  private schedule(): void {
    const isBackingOff = this.timer !== undefined && this.reason !== undefined
    if (this.sending || this.entries.length === 0 || isBackingOff) return
    if (this.counters.queued >= this.limits.batch_readings) this.sendNow()
    else this.timer ??= this.clock.setTimeout(() => this.sendNow(), this.limits.batch_delay_ms)
  }

  private sendNow(): void {
    this.cancelTimer()
    void this.send()
  }

  /** Never rejects. */
  private send(): Promise<void> {
    const batch = this.takeBatch()
    this.batch = batch
    this.sending = this.commit(batch.map(({ part }) => part)).then(
      (written) => this.settle(() => this.succeed(batch, written)),
      (error: unknown) => this.settle(() => this.fail(batch, toMonitorError(error))),
    )
    return this.sending
  }

  private settle(outcome: () => void): void {
    this.sending = undefined
    this.batch = []
    if (this.stopped) return
    outcome()
    this.schedule()
  }

  private takeBatch(): Entry[] {
    let count = 0
    let length = 0
    for (const entry of this.entries) {
      if (length > 0 && count + entry.count > this.limits.batch_readings) break
      count += entry.count
      length += 1
    }
    return this.entries.splice(0, length)
  }

  private succeed(batch: readonly Entry[], written: readonly number[]): void {
    this.release(batch)
    batch.forEach(({ count, waiter }, index) => {
      const added = written[index] ?? 0
      this.counters.written += added
      this.counters.skipped += count - added
      if (waiter) advance(waiter, added, count - added)
    })
    this.failures = 0
    this.changeReason(undefined)
  }

  private fail(batch: readonly Entry[], error: MonitorError): void {
    this.failures += 1
    if (isKept(error)) {
      this.entries.unshift(...batch)
      this.timer = this.clock.setTimeout(() => this.sendNow(), this.backOff())
      this.refuseWaiting(error)
    } else {
      this.release(batch)
      this.counters.dropped += batch.reduce((sum, { count }) => sum + count, 0)
      for (const { waiter } of batch) waiter?.reject(error)
    }
    this.changeReason(error)
  }

  private refuseWaiting(error: MonitorError): void {
    for (const entry of this.entries) {
      entry.waiter?.reject(this.queuedAnyway(error))
      entry.waiter = undefined
    }
  }

  private queuedAnyway({ code, message, details }: MonitorError): MonitorError {
    const { queued } = this.counters
    const text = `${message}; ${queued} readings stay queued and are tried again`
    return new MonitorError(code, text, { details: { ...details, queued } })
  }

  private backOff(): number {
    const ceiling = Math.min(RETRY_MS.maximum, RETRY_MS.first * 2 ** (this.failures - 1))
    return ceiling * (0.5 + this.random() / 2)
  }

  private release(batch: readonly Entry[]): void {
    for (const { count, bytes } of batch) {
      this.counters.queued -= count
      this.bytes -= bytes
    }
  }

  private changeReason(reason: MonitorError | undefined): void {
    const isChange = this.reason?.code !== reason?.code
    this.reason = reason
    if (isChange) this.onState()
  }

  private cancelTimer(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }
}

function advance(waiter: Waiter, written: number, skipped: number): void {
  waiter.written += written
  waiter.skipped += skipped
  waiter.left -= 1
  if (waiter.left === 0) waiter.resolve({ written: waiter.written, skipped: waiter.skipped })
}

/** A fault of ours would come again for ever, and everything behind it would wait. */
function isKept({ code }: MonitorError): boolean {
  return code !== 'INTERNAL' && code !== 'CLOSED'
}

function stateOf(code: ErrorCode): DatabaseState {
  if (code === 'DATABASE_FULL') return 'full'
  return code === 'DATABASE_LOCKED' || code === 'DATABASE_UNAVAILABLE' ? 'retrying' : 'failed'
}
