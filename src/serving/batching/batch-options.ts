import { choice, whole, type ValuesOf } from '../../domain/options'

/** When batches go out, and how much may wait. The table that schema and help of the node are made from. */
export const BATCH_OPTIONS = {
  group_by: choice(['all', 'topic'], 'Whether each topic has a batch of its own'),
  maximum_count: whole(1, 10_000, 10, 'Payloads in a batch'),
  maximum_ms: whole(1, 86_400_000, 100, 'How long the first of a batch waits'),
  maximum_bytes: whole(1000, 16_000_000, 1_000_000, 'Size of a batch as JSON, estimated'),
  critical_order: choice(['together', 'ahead'], 'Whether a critical message takes along what waits before it'),
  maximum_topics: whole(1, 100_000, 1000, 'Topics that wait'),
  maximum_waiting: whole(1, 1_000_000, 10_000, 'Payloads that wait, in all batches together'),
} as const

export type BatchOptions = ValuesOf<typeof BATCH_OPTIONS>
