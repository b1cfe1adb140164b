import type { ErrorCode } from '../domain/errors'
import { Histogram } from '../domain/histogram'

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
  readonly latency_ms: {
    readonly p50: number | undefined
    readonly p95: number | undefined
    readonly p99: number | undefined
    readonly maximum: number | undefined
  }
}

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
  private readonly by_code = new Map<ErrorCode, number>()

  failed(code: ErrorCode): void {
    this.failures++
    this.by_code.set(code, (this.by_code.get(code) ?? 0) + 1)
  }

  snapshot(in_flight: number, waiting: number): PollerStatistics {
    const { polls, failures, retries, skipped, held, cached_reads, readings_emitted, latency } = this
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
      in_flight,
      waiting,
      latency_ms: {
        p50: latency.percentile(0.5),
        p95: latency.percentile(0.95),
        p99: latency.percentile(0.99),
        maximum: latency.maximum_ms,
      },
    }
  }
}
