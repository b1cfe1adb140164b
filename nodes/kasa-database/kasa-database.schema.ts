import { DATABASE_KINDS, type DatabaseKind } from '../../src/database/database-settings'
import { INFLUX_OPTIONS } from '../../src/database/influx/influx-options'
import { SQLITE_OPTIONS } from '../../src/database/sqlite/sqlite-options'
import { WRITER_OPTIONS } from '../../src/database/writer-options'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

const of = (...kinds: DatabaseKind[]) => ({ when: { setting: 'kind', is: kinds } }) as const
const sqlite = of('sqlite')
const servers = of('influx1', 'influx2', 'influx3')

export const schema = {
  type: 'kasa-database',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    kind: { type: 'choice', default: 'sqlite', values: DATABASE_KINDS, icon: 'database' },
    file: { type: 'text', default: 'kasa-monitor.sqlite', required: true, icon: 'file-o', ...sqlite },
    maximum_mb: number(SQLITE_OPTIONS.maximum_mb, 'MB', 'arrows-h', sqlite),
    url: { type: 'text', default: 'http://localhost:8086', required: true, icon: 'globe', ...servers },
    organization: { type: 'text', default: '', required: true, icon: 'users', ...of('influx2') },
    bucket: { type: 'text', default: 'kasa_monitor', required: true, icon: 'archive', ...of('influx2') },
    database: {
      type: 'text',
      default: 'kasa_monitor',
      required: true,
      icon: 'archive',
      ...of('influx1', 'influx3'),
    },
    retention_policy: { type: 'text', default: '', icon: 'calendar-times-o', ...of('influx1') },
    maximum_gap_ms: number(WRITER_OPTIONS.maximum_gap_ms, 'ms', 'arrows-h'),
    spool_mb: number(WRITER_OPTIONS.spool_mb, 'MB', 'inbox'),
    spool_days: number(WRITER_OPTIONS.spool_days, 'd', 'calendar'),
    when_full: choice(WRITER_OPTIONS.when_full, 'exclamation-triangle'),
    durability: choice(WRITER_OPTIONS.durability, 'shield'),
    batch_points: number(WRITER_OPTIONS.batch_points, '', 'cubes'),
    batch_delay_ms: number(WRITER_OPTIONS.batch_delay_ms, 'ms', 'clock-o'),
    slow_ms: number(WRITER_OPTIONS.slow_ms, 'ms', 'hourglass-half'),
    timeout_ms: number(INFLUX_OPTIONS.timeout_ms, 'ms', 'hourglass-end', servers),
    connections: number(INFLUX_OPTIONS.connections, '', 'random', servers),
    verify_certificate: choice(INFLUX_OPTIONS.verify_certificate, 'certificate', servers),
    journal_mode: choice(SQLITE_OPTIONS.journal_mode, 'book', sqlite),
    synchronous: choice(SQLITE_OPTIONS.synchronous, 'shield', sqlite),
    temp_store: choice(SQLITE_OPTIONS.temp_store, 'sort-amount-asc', sqlite),
    cache_mb: number(SQLITE_OPTIONS.cache_mb, 'MB', 'bolt', sqlite),
    mmap_mb: number(SQLITE_OPTIONS.mmap_mb, 'MB', 'map-o', sqlite),
    busy_timeout_ms: number(SQLITE_OPTIONS.busy_timeout_ms, 'ms', 'hourglass-half', sqlite),
  },
  credentials: { username: 'text', password: 'password', token: 'password' },
} as const satisfies NodeSchema
