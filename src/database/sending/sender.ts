import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { Spool } from '../spool/spool'
import type { Store } from '../store'
import { Alarm } from './alarm'
import { BatchSize } from './batch-size'
import type { Delivery } from './delivery'
import { Pipeline } from './pipeline'
import type { Quarantine } from './quarantine'
import { Settling } from './settling'
import { Standing } from './standing'
import { type BadLine, type Trouble, troubleOf, type Verdict } from './verdict'

const STOP_MS = 1500

export interface SenderOptions {
  readonly spool: Pick<Spool, 'take' | 'acknowledge' | 'giveBack' | 'rewind' | 'status'>
  readonly store: Pick<Store, 'send' | 'probe' | 'grace_ms'>
  readonly quarantine: Pick<Quarantine, 'add'>
  /** Lines in one request, at most. */
  readonly batch_points: number
  /** How long a line waits for others to share its request. */
  readonly batch_delay_ms: number
  readonly clock: Clock
  readonly random: Random
  /** Called when `status()` has another state or code. */
  readonly onChange: () => void
}

export interface SenderStatus {
  /** Why nothing is sent: absent while all is well. `held` asks for a person. */
  readonly trouble?: { readonly held: boolean; readonly error: MonitorError }
  readonly written: number
}

/** Takes lines from the spool and brings them into the store, in order, until it says that they are stored. */
export class Sender {
  private readonly alarm: Alarm
  private readonly size: BatchSize
  private readonly pipeline: Pipeline
  private readonly standing: Standing
  private readonly settling: Settling
  private written = 0
  private running: Promise<void> | undefined
  private stopping: Promise<void> | undefined
  private ended = false
  private interrupt: () => void = () => {}

  constructor(private readonly options: SenderOptions) {
    const { spool, store, batch_points, clock, random, onChange } = options
    this.alarm = new Alarm(clock)
    this.size = new BatchSize(batch_points)
    this.pipeline = new Pipeline(spool, store, this.size, clock)
    this.standing = new Standing(clock, random, onChange)
    this.settling = new Settling(clock)
  }

  start(): void {
    this.running ??= this.run()
  }

  /** There is something to take. */
  wake(): void {
    this.pipeline.wake()
    this.alarm.notLaterThan(this.dueAt())
  }

  /** Sends at once what waits: see `Database.settle`. */
  settle(patience_ms: number): Promise<boolean> {
    const { lines } = this.options.spool.status()
    if (lines <= 0) return Promise.resolve(true)
    if (this.standing.trouble || this.ended || !this.running) return Promise.resolve(false)
    const settled = this.settling.wait(lines, patience_ms)
    this.alarm.notLaterThan(this.dueAt())
    return settled
  }

  /** Sends what it can in a moment, then ends what is under way; what was not acknowledged stays in the spool. */
  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  status(): SenderStatus {
    const { trouble } = this.standing
    return { written: this.written, ...(trouble && { trouble }) }
  }

  /** How far back it may want to rewind the spool, now: what was acknowledged since has to stay. */
  get grace_ms(): number {
    return this.standing.doubt(this.options.store.grace_ms)
  }

  private async end(): Promise<void> {
    await this.settle(STOP_MS)
    this.ended = true
    this.settling.giveUp()
    this.alarm.ring()
    this.interrupt()
    await this.running
  }

  private async run(): Promise<void> {
    await this.prove()
    while (!this.ended) {
      const due_at = this.dueAt()
      if (due_at > this.options.clock.monotonic()) await this.alarm.until(due_at)
      else if (this.standing.proven || (await this.prove())) await this.turn()
    }
  }

  /** When the next request goes, or the next look whether a trouble has ended; `Infinity` where there is nothing to do. */
  private dueAt(): number {
    const { resume_at, trouble } = this.standing
    const { oldest, waiting, waiting_since, holdsFullBatch } = this.pipeline
    if (!oldest && waiting <= 0) return trouble ? resume_at : Infinity
    const isUrgent = oldest || trouble || this.settling.isAwaited || holdsFullBatch
    if (isUrgent || waiting_since === undefined) return resume_at
    return Math.max(resume_at, waiting_since + this.options.batch_delay_ms)
  }

  private async turn(): Promise<void> {
    try {
      const oldest = await this.pipeline.request(this.standing.trouble !== undefined)
      // Nothing is left to send: whatever the trouble was, the store has shown meanwhile that it takes lines.
      if (!oldest) return this.standing.answered()
      const verdict = oldest.answer && (await this.unlessEnded(oldest.answer))
      if (verdict) await this.conclude(oldest, verdict)
    } catch (thrown) {
      this.fail(troubleOf(thrown))
    }
  }

  private async conclude(oldest: Delivery, verdict: Verdict): Promise<void> {
    oldest.answer = undefined
    if (verdict.kind === 'stored') return this.stored(oldest, verdict.bad)
    await this.unlessEnded(this.pipeline.recall())
    if (this.ended) return
    switch (verdict.kind) {
      case 'refused':
        return this.refused(oldest, verdict.reason)
      case 'too-large':
        return this.tooLarge(oldest)
      case 'retry':
        if (verdict.timed_out || verdict.lost_connection) this.size.unanswered()
        return this.fail(verdict)
      case 'held':
        this.fail(verdict)
    }
  }

  private async stored(oldest: Delivery, bad?: readonly BadLine[]): Promise<void> {
    this.standing.answered()
    this.size.stored(oldest.piece.count)
    oldest.stored(bad)
    await this.acknowledgeIfDone(oldest)
  }

  private async refused(oldest: Delivery, reason: string): Promise<void> {
    if (oldest.piece.count > 1) return oldest.halve()
    // Something else may answer at its address, and refuse everything: a proxy, a port that speaks https.
    oldest.isTrusted ||= await this.prove()
    if (!oldest.isTrusted || this.ended) return
    this.standing.answered()
    oldest.giveUp(reason)
    await this.acknowledgeIfDone(oldest)
  }

  private async tooLarge(oldest: Delivery): Promise<void> {
    const { count } = oldest.piece
    if (count > 1) {
      this.size.tooLarge(count)
      return oldest.halve()
    }
    this.size.oneTooLarge()
    oldest.giveUp('the store takes no line of this length')
    await this.acknowledgeIfDone(oldest)
  }

  private async acknowledgeIfDone(oldest: Delivery): Promise<void> {
    if (!oldest.isDone) return
    const { quarantine, spool } = this.options
    await Promise.all(oldest.refused.map(({ line, bad }) => quarantine.add(line, bad)))
    if (this.ended) return
    this.pipeline.shift()
    spool.acknowledge(oldest.batch)
    this.written += oldest.batch.count - oldest.refused.length
    this.settling.advance(oldest.batch.count, spool.status().lines)
  }

  private fail(trouble: Trouble): void {
    if (this.ended) return
    this.standing.failed(trouble)
    this.settling.giveUp()
    // What was found out about a batch is kept with it; others may find more to go with them by the next try.
    if (!this.pipeline.oldest?.isBegun) this.pipeline.giveBack()
  }

  /** Whether the store takes lines. Where it may have forgotten some, they are taken again first. */
  private async prove(): Promise<boolean> {
    const trouble = await this.unlessEnded(this.probe())
    if (trouble !== 'ready') {
      if (trouble) this.fail(trouble)
      return false
    }
    this.standing.proven = true
    const lost_ms = this.standing.takeLoss(this.options.store.grace_ms)
    if (lost_ms > 0) this.replay(lost_ms)
    return true
  }

  private async probe(): Promise<Trouble | 'ready'> {
    try {
      await this.options.store.probe()
      return 'ready'
    } catch (thrown) {
      return troubleOf(thrown)
    }
  }

  private replay(age_ms: number): void {
    this.pipeline.giveBack()
    const lines = this.options.spool.rewind(age_ms)
    this.written = Math.max(0, this.written - lines)
    this.settling.rewind(lines)
  }

  /** What comes of it, or nothing where the sender ends before. The loop is the only caller, so one is enough. */
  private unlessEnded<Result>(work: Promise<Result>): Promise<Result | undefined> {
    if (this.ended) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      this.interrupt = () => resolve(undefined)
      work.then(resolve, reject)
    })
  }
}
