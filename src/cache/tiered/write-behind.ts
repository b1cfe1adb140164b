import type { Clock, Timer } from '../../domain/clock'
import type { CacheEntry } from '../cache-entry'
import type { SharedLevel } from '../cache-level'
import { Deletion } from './deletion'
import { PendingChanges, type PendingBounds } from './pending-changes'

/** Between two tries of what Redis did not take, where it says nothing about its return. */
const RETRY_MS = 100
/** So much is written in a moment; half of it, and half again, where Redis does not take it in time. */
const BATCH = { changes: 1000, characters: 512 * 1024 } as const
const EVERYTHING = Deletion.matching('*').name

export interface WriteBehindParts {
  readonly shared: SharedLevel
  readonly clock: Clock
  readonly gather_ms: number
  readonly bounds?: PendingBounds | undefined
  /** Called with keys whose value memory must not keep; without: it keeps none but those that are pending. */
  readonly forget: (keys: readonly string[] | undefined) => void
}

interface Waiting {
  readonly isOver: () => boolean
  readonly resolve: () => void
}

/** Brings changes to Redis, one write under way at a time, so that none overtakes another. */
export class WriteBehind {
  readonly pending: PendingChanges
  private batch: number = BATCH.changes
  private timer: Timer | undefined
  private isWriting = false
  private waiting: Waiting[] = []

  constructor(private readonly parts: WriteBehindParts) {
    this.pending = new PendingChanges(parts.bounds)
  }

  /** @param entry undefined deletes */
  set(key: string, entry: CacheEntry | undefined): void {
    this.pending.set(key, entry)
    if (this.pending.unsent >= this.batch) this.wake()
    else this.writeIn(this.parts.gather_ms)
  }

  /** Returns when it is carried out, or Redis has failed to. */
  async delete(deletion: Deletion): Promise<Deletion> {
    const added = this.pending.add(deletion)
    await this.until(() => !this.pending.deletions.includes(added))
    return added
  }

  /** Returns when nothing that concerns the key is pending, or Redis has failed to take it. */
  settle(key: string): Promise<void> {
    return this.until(() => !this.pending.concerns(key))
  }

  /** Writes at once, and returns when everything is written, or Redis has failed to take it. */
  flush(): Promise<void> {
    return this.until(() => this.pending.size === 0)
  }

  /** Nobody waits any longer. */
  giveUp(): void {
    this.release(() => true)
  }

  stop(): void {
    if (this.timer) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private wake(): void {
    if (!this.isWriting) void this.write()
  }

  private async until(isOver: () => boolean): Promise<void> {
    if (isOver()) return
    await new Promise<void>((resolve) => {
      this.waiting.push({ isOver, resolve })
      this.wake()
    })
  }

  private writeIn(delay_ms: number): void {
    if (this.isWriting || !this.isOpen) return
    this.timer ??= this.parts.clock.setTimeout(() => {
      this.timer = undefined
      this.wake()
    }, delay_ms)
  }

  private async write(): Promise<void> {
    this.isWriting = true
    this.stop()
    let isTaken = this.isOpen
    for (let isDue = this.pending.size > 0; isTaken && isDue; isDue = this.isUrgent) {
      isTaken = await this.attempt()
      if (isTaken) this.release(({ isOver }) => isOver())
    }
    this.isWriting = false
    this.giveUp()
    if (this.pending.size > 0) this.writeIn(isTaken ? this.parts.gather_ms : RETRY_MS)
  }

  private async attempt(): Promise<boolean> {
    try {
      // Every change of a key that was made before a deletion and is covered by it has gone: the others come after it.
      const deletion = this.pending.takeDeletion()
      if (deletion) await this.carryOut(deletion)
      else await this.writeBatch()
      this.batch = Math.min(BATCH.changes, 2 * this.batch)
      return true
    } catch {
      this.pending.failed()
      this.batch = Math.max(1, Math.floor(this.batch / 2))
      return false
    }
  }

  private async carryOut(deletion: Deletion): Promise<void> {
    await deletion.carryOut(this.parts.shared)
    this.pending.deleted()
    if (deletion.name === EVERYTHING) this.parts.forget(undefined)
  }

  private async writeBatch(): Promise<void> {
    const changes = this.pending.take(this.batch, BATCH.characters, this.parts.clock.monotonic())
    await this.parts.shared.write(changes)
    this.parts.forget(this.pending.written())
  }

  private release(isReady: (waiting: Waiting) => boolean): void {
    const ready = this.waiting.filter(isReady)
    if (ready.length === 0) return
    this.waiting = this.waiting.filter((waiting) => !ready.includes(waiting))
    for (const { resolve } of ready) resolve()
  }

  private get isOpen(): boolean {
    return this.parts.shared.state === 'open'
  }

  private get isUrgent(): boolean {
    const { unsent, deletions, size } = this.pending
    return size > 0 && (this.waiting.length > 0 || deletions.length > 0 || unsent >= this.batch)
  }
}
