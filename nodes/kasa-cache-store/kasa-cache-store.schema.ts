import { CACHE_OPTIONS, REDIS_OPTIONS } from '../../src/cache/cache-options'
import { DEFAULT_PREFIX, REDIS_ACCESS } from '../../src/cache/cache-settings'
import { choice, number } from '../shared/option-settings'
import type { NodeSchema } from '../shared/schema'

export const schema = {
  type: 'kasa-cache-store',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    memory_entries: number(CACHE_OPTIONS.memory_entries, '', 'list-ol'),
    memory_mb: number(CACHE_OPTIONS.memory_mb, 'MB', 'microchip'),
    live_s: number(CACHE_OPTIONS.live_s, 's', 'plug'),
    history_s: number(CACHE_OPTIONS.history_s, 's', 'history'),
    device_s: number(CACHE_OPTIONS.device_s, 's', 'info-circle'),
    flow_s: number(CACHE_OPTIONS.flow_s, 's', 'random'),
    stale_s: number(CACHE_OPTIONS.stale_s, 's', 'hourglass-end'),
    warm_up: { type: 'config-node', default: '', node: 'kasa-database', icon: 'database' },
    redis_url: { type: 'text', default: '', icon: 'globe' },
    redis_prefix: { type: 'text', default: DEFAULT_PREFIX, icon: 'bookmark-o' },
    verify_certificate: choice(REDIS_ACCESS.verify_certificate, 'certificate'),
    memory_s: number(REDIS_OPTIONS.memory_s, 's', 'clock-o'),
    timeout_ms: number(REDIS_OPTIONS.timeout_ms, 'ms', 'hourglass-half'),
    gather_ms: number(REDIS_OPTIONS.gather_ms, 'ms', 'cubes'),
    entry_kb: number(CACHE_OPTIONS.entry_kb, 'kB', 'arrows-h'),
    negative_s: number(CACHE_OPTIONS.negative_s, 's', 'ban'),
    jitter_pct: number(CACHE_OPTIONS.jitter_pct, '%', 'random'),
    refresh_ahead_pct: number(CACHE_OPTIONS.refresh_ahead_pct, '%', 'refresh'),
    heap_pct: number(CACHE_OPTIONS.heap_pct, '%', 'tachometer'),
  },
  credentials: { username: 'text', password: 'password' },
} as const satisfies NodeSchema
