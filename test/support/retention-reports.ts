import type { RetentionReport, TierReport } from '../../src/retention/retention-report'

export function tierReport(name: string, more: Partial<TierReport> = {}): TierReport {
  return { name, rolled_up: 0, rolled_again: 0, kept: 0, expired: { rows: 0 }, held_back: 0, ...more }
}

/** A run in which nothing was to be done, but for what is said. */
export function retentionReport(more: Partial<RetentionReport> = {}): RetentionReport {
  return { dry: false, started: 0, duration_ms: 0, tiers: [], findings: [], ...more }
}
