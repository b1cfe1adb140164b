import type { Clock } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import type { DatabaseTiers } from '../database/tiers/database-tiers'
import type { RetentionOptions } from './retention-options'
import type { RetentionReport, RetentionStatus } from './retention-report'

export interface RetentionDependencies {
  /** The open database's; rejects while it is not open. */
  readonly tiers: () => Promise<DatabaseTiers>
  /** Resolves when what was accepted before is in the store, true where it is. */
  readonly settle: (patience_ms: number) => Promise<boolean>
  readonly options: RetentionOptions
  readonly clock: Clock
  /** A run of its own accord has ended. */
  readonly onReport: (report: RetentionReport) => void
  /** Called when the state or its reason changes. */
  readonly onStatus: (status: RetentionStatus) => void
  /** A fault that belongs to no call. */
  readonly report: (error: MonitorError) => void
}

/** Keeps the tiers of one database: rolls up, verifies, and only then expires. Runs at its start, and after each bucket. */
export class Retention {
  constructor(private readonly dependencies: RetentionDependencies) {}

  start(): void {
    this.dependencies.onStatus({ state: 'waiting' })
  }

  /** Ends what is under way after the step that it is in. May be called twice. */
  async stop(): Promise<void> {
    await Promise.resolve()
  }

  /**
   * Waits for the run that is under way, if one is, and then runs. @param dry tells what would be done, and does nothing
   * @throws MonitorError what the database fails with, `ROLL_UP_UNVERIFIED`, `CLOSED`
   */
  run(dry: boolean): Promise<RetentionReport> {
    const { clock } = this.dependencies
    return Promise.resolve({ dry, started: clock.now(), duration_ms: 0, tiers: [], findings: [] })
  }
}
