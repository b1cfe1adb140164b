import type { Clock } from '../../domain/clock'

const HOUR_MS = 3_600_000

/** So many in any hour, by the monotonic clock; over restarts by the wall clock. */
export class RateLimit {
  /** When they left, oldest first; those of the last hour alone. */
  private sent_ms: number[] = []

  constructor(
    /** 0: without a limit. */
    private readonly maximum: number,
    private readonly clock: Clock,
  ) {}

  /** From when on there is room, by the monotonic clock. */
  get room_ms(): number {
    const oldest_ms = this.sent_ms.at(-this.maximum)
    return this.maximum === 0 || oldest_ms === undefined ? -Infinity : oldest_ms + HOUR_MS
  }

  count(): void {
    if (this.maximum === 0) return
    const now_ms = this.clock.monotonic()
    this.sent_ms = this.sent_ms.filter((sent_ms) => sent_ms > now_ms - HOUR_MS)
    this.sent_ms.push(now_ms)
  }

  save(): number[] {
    const behind_ms = this.clock.now() - this.clock.monotonic()
    return this.sent_ms.map((sent_ms) => Math.round(sent_ms + behind_ms))
  }

  restore(saved: readonly number[]): void {
    if (this.maximum === 0) return
    const now_ms = this.clock.monotonic()
    // A clock that was set back meanwhile makes none of them later than now.
    const sent_ms = saved.map((at) => now_ms - Math.max(0, this.clock.now() - at))
    this.sent_ms = sent_ms.sort((one, other) => one - other).slice(-this.maximum)
  }
}
