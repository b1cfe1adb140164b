import type { ErrorCode } from '../domain/errors'
import { type DurationCounts, Histogram } from '../domain/histogram'
import type { CircuitState } from './circuit-breaker'

/** What a poller has done since it was made. Counts of polls unless the name says otherwise. */
export interface PollerStatistics {
  readonly polls: number
  readonly failures: number
  readonly failures_by_code: Readonly<Partial<Record<ErrorCode, number>>>
  /** Repeated at once, because the cause was passing. */
  readonly retries: number
  /** Not made, because the one before was still running or waiting. */
  readonly skipped: number
  /** Not made, because the circuit of the host was open. */
  readonly held: number
  readonly cached_reads: number
  /** Devices that were asked what they had recorded while they were not polled. */
  readonly recordings: number
  readonly recordings_failed: number
  /** Readings that listeners were told of; the others were within the deadband. */
  readonly readings_emitted: number
  readonly in_flight: number
  readonly waiting: number
  /** Places for exchanges with hosts that answer; those in doubt have as many. */
  readonly places: number
  /** How many times more slowly than its rule says each device is polled, because others asked for it. */
  readonly slowdown: number
  /** Hosts, by what their circuit breaker says. */
  readonly circuits: Readonly<Record<CircuitState, number>>
  /** Of polls that went well: from the question to the reading. */
  readonly latency: DurationCounts
  /** From when a poll was due to when it went out. */
  readonly lateness: DurationCounts
  readonly latency_ms: {
    readonly p50: number | undefined
    readonly p95: number | undefined
    readonly p99: number | undefined
    readonly maximum: number | undefined
  }
}

type PollerNow = Pick<PollerStatistics, 'in_flight' | 'waiting' | 'places' | 'slowdown' | 'circuits'>

export class Counters {
  polls = 0
  failures = 0
  retries = 0
  skipped = 0
  held = 0
  cached_reads = 0
  readings_emitted = 0
  recordings = 0
  recordings_failed = 0
  readonly latency = new Histogram()
  readonly lateness = new Histogram()
  private readonly by_code = new Map<ErrorCode, number>()

  failed(code: ErrorCode): void {
    this.failures++
    this.by_code.set(code, (this.by_code.get(code) ?? 0) + 1)
  }

  snapshot(now: PollerNow): PollerStatistics {
    const { polls, failures, retries, skipped, held, cached_reads, readings_emitted, latency, lateness } = this
    const { recordings, recordings_failed } = this
    return {
      polls,
      failures,
      failures_by_code: Object.fromEntries(this.by_code),
      retries,
      skipped,
      held,
      cached_reads,
      readings_emitted,
      recordings,
      recordings_failed,
      ...now,
      latency: latency.snapshot(),
      lateness: lateness.snapshot(),
      latency_ms: {
        p50: latency.percentile(0.5),
        p95: latency.percentile(0.95),
        p99: latency.percentile(0.99),
        maximum: latency.maximum_ms,
      },
    }
  }
}
