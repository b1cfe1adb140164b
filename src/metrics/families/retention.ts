import type { RetentionStatus, TierReport } from '../../retention/retention-report'
import { gauge, type Group, type Labelled, seconds, states } from '../family'

const ofTiers =
  (value: (tier: TierReport) => number | undefined) =>
  ({ last }: RetentionStatus): Labelled[] =>
    (last?.tiers ?? []).flatMap((report) => {
      const told = value(report)
      return told === undefined ? [] : [{ labels: { tier: report.name }, value: told }]
    })

export const RETENTION: Group<RetentionStatus> = {
  title: 'Retention',
  labels: ['retention'],
  families: {
    kasa_retention_state: states(
      'State',
      ['waiting', 'running', 'lagging', 'retrying', 'failed', 'stopped'],
      ({ state }) => state,
    ),
    kasa_retention_last_run_timestamp_seconds: gauge('When its last run began, since the epoch', ({ last }) =>
      seconds(last?.started),
    ),
    kasa_retention_last_run_duration_seconds: gauge('How long its last run took', ({ last }) =>
      seconds(last?.duration_ms),
    ),
    kasa_retention_rolled_up_rows: gauge(
      'Rows that its last run has made',
      ofTiers(({ rolled_up }) => rolled_up),
      'tier',
    ),
    kasa_retention_expired_rows: gauge(
      'Rows that its last run has deleted',
      ofTiers(({ expired }) => expired.rows),
      'tier',
    ),
    kasa_retention_watermark_timestamp_seconds: gauge(
      'Up to when everything is rolled up and verified, since the epoch',
      ofTiers(({ watermark }) => seconds(watermark)),
      'tier',
    ),
    kasa_retention_database_size_bytes: gauge(
      'Size of the database after its last run, where it tells it',
      ({ last }) => last?.size?.after.size_bytes,
    ),
  },
}
