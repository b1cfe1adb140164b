import type { Clock, Timer } from '../../src/domain/clock'

interface Entry extends Timer {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** A clock that moves only when a test says so; timers fire in the order of their time. */
export class FakeClock implements Clock {
  private elapsed_ms = 0
  private order = 0
  private readonly entries = new Set<Entry>()

  constructor(private wall_ms = Date.UTC(2026, 0, 5)) {}

  now(): number {
    return this.wall_ms + this.elapsed_ms
  }

  monotonic(): number {
    return this.elapsed_ms
  }

  setTimeout(callback: () => void, delay_ms: number): Timer {
    const entry: Entry = { at: this.elapsed_ms + Math.max(0, delay_ms), order: this.order++, callback }
    this.entries.add(entry)
    return entry
  }

  clearTimeout(timer: Timer): void {
    this.entries.delete(timer as Entry)
  }

  /** Timers that wait. */
  get pending(): number {
    return this.entries.size
  }

  /** Moves on, firing what falls due on the way, timers set by timers included. */
  advance(duration_ms: number): void {
    const end = this.elapsed_ms + duration_ms
    for (let next = this.next(end); next; next = this.next(end)) {
      this.entries.delete(next)
      this.elapsed_ms = Math.max(this.elapsed_ms, next.at)
      next.callback()
    }
    this.elapsed_ms = end
  }

  /** Time goes on while nothing runs: timers come late, with the next `advance`. */
  hold(duration_ms: number): void {
    this.elapsed_ms += duration_ms
  }

  /** Moves on in steps, letting promises and sockets run between them. */
  async advanceSlowly(duration_ms: number, step_ms = 10): Promise<void> {
    for (let left = duration_ms; left > 0; left -= step_ms) {
      this.advance(Math.min(step_ms, left))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Sets the wall clock forward or back; durations stay true. */
  jump(by_ms: number): void {
    this.wall_ms += by_ms
  }

  private next(end: number): Entry | undefined {
    let best: Entry | undefined
    for (const entry of this.entries) {
      if (entry.at > end) continue
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry
    }
    return best
  }
}
