import type { WrittenReadyMade } from './ready-made-rule'

/** What goes wrong with polling, the machine, and the database. Where nobody sends a value, its rule never holds. */
export const READY_MADE_FOR_HOSTS = {
  'slow-responses': {
    description: 'Tells when one answer in twenty of a device takes longer than 200 ms.',
    rule: {
      name: 'Slow responses',
      condition: { kind: 'percentile', key: 'latency_ms', percentile: 95, above: 200, clear: 160, window_s: 900 },
      severity: 'info',
      for_s: 300,
      many_from: 5,
    },
  },
  'error-rate': {
    description: 'Tells when more than 1 % of the polls of a device have failed within an hour.',
    // Of fewer samples, a single failure would be too many.
    rule: {
      name: 'Many errors',
      condition: { kind: 'error_rate', above_pct: 1, window_s: 3600, minimum_samples: 150 },
      keep_firing_s: 600,
      many_from: 5,
    },
  },
  'cpu-high': {
    description: 'Tells when the processor has been busy for more than 80 % of five minutes.',
    rule: over('CPU high', { key: 'cpu_pct', value: 80, clear: 70 }, 300, 'warning'),
  },
  'memory-high': {
    description: 'Tells when more than 85 % of the memory is in use for five minutes.',
    rule: over('Memory high', { key: 'memory_pct', value: 85, clear: 80 }, 300, 'warning'),
  },
  'memory-full': {
    description: 'Tells when more than 90 % of the memory is in use for a minute.',
    rule: over('Memory nearly full', { key: 'memory_pct', value: 90, clear: 87 }, 60, 'critical'),
  },
  'disk-full': {
    description: 'Tells when more than 90 % of the disk is in use.',
    rule: over('Disk nearly full', { key: 'disk_pct', value: 90, clear: 88 }, 60, 'critical'),
  },
  'event-loop-delay': {
    description: 'Tells when Node-RED is held up by more than 100 ms again and again for a minute.',
    rule: over('Node-RED is held up', { key: 'event_loop_delay_ms', value: 100, clear: 50 }, 60, 'warning'),
  },
  'database-pool': {
    description: 'Tells when more than 90 % of the connections to the database have been in use for a minute.',
    rule: over('Database pool nearly full', { key: 'database_pool_pct', value: 90, clear: 75 }, 60, 'warning'),
  },
  'spool-filling': {
    description: 'Tells when 10,000 readings wait for the database and do not get fewer for ten minutes.',
    // `kasa-history` sends it with the operation `health`.
    rule: {
      name: 'Spool is filling',
      condition: { kind: 'backlog', key: 'spool.points', above: 10_000, growing_s: 600 },
    },
  },
} as const satisfies WrittenReadyMade

function over(name: string, limits: { key: string; value: number; clear: number }, for_s: number, severity: string) {
  return { name, condition: { kind: 'above', ...limits }, for_s, severity } as const
}
