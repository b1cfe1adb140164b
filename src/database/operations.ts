import type { Clock } from '../domain/clock'
import { Histogram } from '../domain/histogram'
import { slowWatch } from '../domain/slow-watch'
import type { DatabaseHealth, OperationHealth, OperationStatistics, SlowOperation } from './database'
import type { Verdict } from './sending/verdict'

/** Slow operations that are kept and told. */
export const SLOW_KEPT = 20
const STATEMENT_CHARACTERS = 2000

/** What a store counts of its own work, for `Store.health`. Counts are since the object was made. */
export class Operations {
  private readonly writes = new OperationCounter()
  private readonly queries = new OperationCounter()
  private readonly slow: SlowOperations

  constructor(
    slow_ms: number,
    private readonly clock: Clock,
  ) {
    this.slow = new SlowOperations(slow_ms)
  }

  statistics(): Record<'writes' | 'queries', OperationStatistics> {
    return { writes: this.writes.statistics(), queries: this.queries.statistics() }
  }

  /** Anything but `stored` counts as a failure. */
  write(statement: string, send: () => Promise<Verdict>): Promise<Verdict> {
    return this.run(this.writes, statement, send, ({ kind }) => kind !== 'stored')
  }

  query<Answer>(statement: string, ask: () => Promise<Answer>): Promise<Answer> {
    return this.run(this.queries, statement, ask, () => false)
  }

  health(): Pick<DatabaseHealth, 'writes' | 'queries' | 'slow'> {
    return { writes: this.writes.health(), queries: this.queries.health(), slow: this.slow.newestFirst() }
  }

  private async run<Answer>(
    counter: OperationCounter,
    statement: string,
    work: () => Promise<Answer>,
    isFailure: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const [timestamp, started] = [this.clock.now(), this.clock.monotonic()]
    let failed = true
    counter.in_flight++
    try {
      const answer = await work()
      failed = isFailure(answer)
      return answer
    } finally {
      counter.in_flight--
      const duration_ms = this.clock.monotonic() - started
      counter.add(duration_ms, failed)
      this.slow.add({ statement, timestamp, duration_ms })
      if (duration_ms >= slowWatch.from_ms) slowWatch.tell({ part: 'database', what: statement, duration_ms })
    }
  }
}

/** One kind of operation: how many, and how long they take. */
export class OperationCounter {
  private readonly durations = new Histogram()
  in_flight = 0
  private count = 0
  private failures = 0

  add(duration_ms: number, failed: boolean): void {
    this.count++
    if (failed) this.failures++
    this.durations.add(duration_ms)
  }

  statistics(): OperationStatistics {
    const { count, failures, in_flight, durations } = this
    return { count, failures, in_flight, latency: durations.snapshot() }
  }

  health(): OperationHealth {
    const { count, failures, durations } = this
    const maximum = durations.maximum_ms
    if (maximum === undefined) return { count, failures, latency_ms: {} }
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => durations.percentile(part) ?? maximum)
    return { count, failures, latency_ms: { p50, p95, p99, maximum } as OperationHealth['latency_ms'] }
  }
}

/** The operations of late that took too long; a bounded list. */
export class SlowOperations {
  private readonly kept: SlowOperation[] = []

  constructor(readonly slow_ms: number) {}

  /** Keeps it where it was slow. */
  add(operation: SlowOperation): void {
    if (operation.duration_ms < this.slow_ms) return
    if (this.kept.length >= SLOW_KEPT) this.kept.shift()
    this.kept.push({ ...operation, statement: operation.statement.slice(0, STATEMENT_CHARACTERS) })
  }

  newestFirst(): SlowOperation[] {
    return this.kept.toReversed()
  }
}
