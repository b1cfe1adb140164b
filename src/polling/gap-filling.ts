import type { Clock } from '../domain/clock'
import type { RecordedEnergy } from '../domain/recorded-energy'
import type { Counters } from './statistics'
import type { Subscribers } from './subscribers'
import type { Unit } from './unit'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Shorter ones leave out no whole hour for sure. */
export const SHORTEST_GAP_MS = HOUR_MS
/** What newer devices keep by the hour. */
const LONGEST_SPAN_MS = 8 * DAY_MS

export interface GapFillingOptions {
  readonly clock: Clock
  readonly subscribers: Subscribers
  readonly counters: Counters
}

/**
 * Asks devices that were away what they have recorded meanwhile. Nobody waits for it: one device at a time, behind its
 * polls, and one that does not answer is counted and not asked again.
 */
export class GapFilling {
  private readonly waiting = new Map<Unit, number>()
  private isAsking = false

  constructor(private readonly options: GapFillingOptions) {}

  /** The unit has answered for the first time after so long. */
  add(unit: Unit, gap_ms: number): void {
    if (!unit.device?.features.includes('recorded-energy') || !unit.host.connection.recordedEnergy) return
    this.waiting.set(unit, this.options.clock.now() - gap_ms)
    if (!this.isAsking) void this.askAll()
  }

  stop(): void {
    this.waiting.clear()
  }

  /** Never rejects. */
  private async askAll(): Promise<void> {
    this.isAsking = true
    for (const [unit, since] of this.waiting) {
      this.waiting.delete(unit)
      if (!unit.removed) await this.ask(unit, since)
    }
    this.isAsking = false
  }

  private async ask(unit: Unit, since: number): Promise<void> {
    const { clock, subscribers, counters } = this.options
    const to = clock.now()
    // A day earlier, for the day in which the gap begins.
    const from = Math.max(since - DAY_MS, to - LONGEST_SPAN_MS)
    counters.recordings++
    try {
      const records = await unit.host.connection.recordedEnergy?.(unit.device?.device_id, from, to)
      const inGap = records?.filter((record) => endOf(record) > since && record.timestamp < to)
      if (inGap?.length && !unit.removed) subscribers.recorded(inGap)
    } catch {
      counters.recordings_failed++
    }
  }
}

function endOf({ timestamp, duration_ms }: RecordedEnergy): number {
  return timestamp + duration_ms
}
