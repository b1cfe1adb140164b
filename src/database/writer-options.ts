import { choice, parseOptions, whole, type ValuesOf } from '../domain/options'
import type { Durability, WhenFull } from './spool/spool'

/** Every setting on the way from a reading to its store, the same for every kind of database. */
export const WRITER_OPTIONS = {
  batch_points: whole(1, 5000, 5000, 'Points in one request or transaction, at most'),
  batch_delay_ms: whole(0, 60_000, 1000, 'How long a point waits for others to share its request'),
  durability: choice<Durability>(
    ['each', '1s', 'none'],
    'When a point counts as safe: on disk at once, within a second, when the system likes',
  ),
  spool_mb: whole(1, 1_000_000, 512, 'Size that the spool may reach, MB'),
  spool_days: whole(1, 3650, 14, 'Age that a point in the spool may reach, days'),
  when_full: choice<WhenFull>(['thin', 'drop-oldest', 'refuse'], 'What happens when the spool is full'),
  slow_ms: whole(1, 600_000, 1000, 'From which duration on an operation counts as slow'),
  maximum_gap_ms: whole(1000, 86_400_000, 300_000, 'How long a value holds in means: at least the slowest interval'),
} as const

export type WriterOptions = ValuesOf<typeof WRITER_OPTIONS>

/** @throws MonitorError `CONFIG_INVALID` */
export function parseWriterOptions(given: Readonly<Record<string, unknown>>): WriterOptions {
  return parseOptions(WRITER_OPTIONS, given)
}
