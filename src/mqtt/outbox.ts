import type { Clock, Timer } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { StateFile } from '../files/state-file'
import { MOST_WAITING, type Occasion } from './broker'
import { readOccasions, writeOccasions } from './saved-occasions'

const MOST_CHARACTERS = 8 * 1024 * 1024
/** What the broker has by then wears no disk. */
const SAVED_WITHIN_MS = 100

export interface OutboxOptions {
  /** Absent: in memory alone. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
  /** So many were given up, because there are too many. */
  readonly dropped: (count: number) => void
  /** The oldest may go now. */
  readonly due: () => void
}

/** What has still to be told, oldest first; in a file, so that a restart does not lose it. */
export class Outbox {
  private readonly file: StateFile
  private waiting: Occasion[] = []
  private characters = 0
  private timer: Timer | undefined
  /** Of those that may not go yet, by the monotonic clock. */
  private readonly due_ms = new WeakMap<Occasion, number>()
  private dueTimer: Timer | undefined
  private isWanted = false
  private isRunning = false
  private hasRead = false
  private isEmptyOnDisk = true

  constructor(private readonly options: OutboxOptions) {
    const { file, report } = options
    this.file = new StateFile({ file, content: 'occasions', report })
  }

  async start(): Promise<void> {
    this.isWanted = true
    if (!this.hasRead) await this.read()
    // It may have been stopped meanwhile.
    if (!this.isWanted) return
    this.isRunning = true
    if (this.waiting.length > 0) this.saveSoon()
  }

  /** What waits is on disk then. May be called twice. */
  async stop(): Promise<void> {
    this.isWanted = false
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.waitNoMore()
    if (this.isRunning) {
      this.isRunning = false
      await this.save()
    }
    await this.file.idle()
  }

  get size(): number {
    return this.waiting.length
  }

  /** Where it may go. */
  get oldest(): Occasion | undefined {
    const [oldest] = this.waiting
    const left_ms = ((oldest && this.due_ms.get(oldest)) ?? -Infinity) - this.options.clock.monotonic()
    if (left_ms <= 0) return oldest
    this.waitFor(left_ms)
    return undefined
  }

  add(occasion: Occasion, after_ms = 0): void {
    if (after_ms > 0) this.due_ms.set(occasion, this.options.clock.monotonic() + after_ms)
    this.waiting.push(occasion)
    this.characters += charactersOf(occasion)
    this.trim()
    this.saveSoon()
  }

  /** It need not wait any more. */
  remove(occasion: Occasion): void {
    // It may have been dropped meanwhile.
    if (this.waiting[0] !== occasion) return
    this.shift()
    this.saveSoon()
  }

  private async read(): Promise<void> {
    this.hasRead = true
    const saved = (await this.file.read(readOccasions)) ?? []
    this.isEmptyOnDisk = saved.length === 0
    this.waiting.unshift(...saved)
    for (const occasion of saved) this.characters += charactersOf(occasion)
    this.trim()
  }

  private waitFor(left_ms: number): void {
    if (!this.isRunning) return
    this.dueTimer ??= this.options.clock.setTimeout(() => {
      this.dueTimer = undefined
      this.options.due()
    }, left_ms)
  }

  private waitNoMore(): void {
    if (this.dueTimer) this.options.clock.clearTimeout(this.dueTimer)
    this.dueTimer = undefined
  }

  private trim(): void {
    const before = this.waiting.length
    while (this.waiting.length > MOST_WAITING || this.characters > MOST_CHARACTERS) this.shift()
    if (this.waiting.length < before) this.options.dropped(before - this.waiting.length)
  }

  private shift(): void {
    const occasion = this.waiting.shift()
    if (occasion) this.characters -= charactersOf(occasion)
  }

  private saveSoon(): void {
    if (!this.isRunning) return
    this.timer ??= this.options.clock.setTimeout(() => {
      this.timer = undefined
      void this.save()
    }, SAVED_WITHIN_MS)
  }

  private async save(): Promise<void> {
    if (this.waiting.length === 0 && this.isEmptyOnDisk) return
    this.isEmptyOnDisk = this.waiting.length === 0
    if (!(await this.file.write(() => writeOccasions(this.waiting)))) this.isEmptyOnDisk = false
  }
}

function charactersOf({ topic, payload, correlation }: Occasion): number {
  return topic.length + payload.length + (correlation?.length ?? 0)
}
