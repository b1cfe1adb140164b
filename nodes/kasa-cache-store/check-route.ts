import type { NodeAPI } from 'node-red'
import { parseCacheSettings, type CacheSettings } from '../../src/cache/cache-settings'
import { examineRedis } from '../../src/cache/redis/examine-redis'
import { systemClock } from '../../src/domain/clock'
import { invalid } from '../../src/domain/errors'
import { parseDialogSettings } from '../shared/dialog-settings'
import { registerDialogRoute } from '../shared/dialog-route'
import { schema } from './kasa-cache-store.schema'

interface CheckRequest {
  /** The node that is being edited. */
  readonly id: string
  readonly redis: NonNullable<CacheSettings['redis']>
}

/** The dialog's button "Test": `POST kasa-monitor/caches/check`. */
export function registerCheckRoute(RED: NodeAPI): void {
  registerDialogRoute(RED, {
    path: '/kasa-monitor/caches/check',
    permission: 'kasa-cache-store.write',
    parse: (body) => parseCheckRequest(RED, body),
    answer: async ({ redis }) => ({ examination: await examineRedis(redis, systemClock) }),
  })
}

function parseCheckRequest(RED: NodeAPI, body: unknown): CheckRequest {
  const { id, settings, login } = parseDialogSettings(RED, schema, body)
  const { redis } = parseCacheSettings({ ...settings, ...login })
  if (redis) return { id, redis }
  throw invalid('INPUT_INVALID', 'redis_url', '', 'the address of a Redis')
}
