import { randomUUID } from 'node:crypto'
import type { Clock } from '../../domain/clock'
import { MonitorError, type ErrorCode } from '../../domain/errors'
import { inTime } from './in-time'
import { redisError } from './redis-errors'
import { openSession } from './redis-level'
import { RedisNames } from './redis-names'
import type { RedisSession } from './redis-session'
import type { RedisSettings } from './redis-settings'
import { redisName } from './redis-target'

/** What a person who has typed the settings of a Redis wants to know. */
export interface RedisExamination {
  /** As it names itself, `Redis 7.0.15`, where it lets us ask. */
  readonly name?: string
  /** The quickest of a few answers. */
  readonly latency_ms?: number
  /** Whether it tells what others change; without that it is not used. */
  readonly tells_changes: boolean
  /** What stands in the way. */
  readonly code?: ErrorCode
  /** What to do, in sentences. */
  readonly advice: readonly string[]
}

/** Nobody who looks at a dialog waits longer. */
const LONGEST_MS = 10_000
const TOLD_WITHIN_MS = 2000
const WRITES = 5
const PROBE_MS = 1000

/** Connects twice, as two Node-REDs would, and lets one hear what the other changes. Leaves nothing behind, never rejects. */
export async function examineRedis(settings: RedisSettings, clock: Clock): Promise<RedisExamination> {
  const names = new RedisNames(settings.prefix)
  const probe = names.value(`probe-${randomUUID()}`)
  let tell = () => {}
  const told = new Promise<void>((resolve) => (tell = resolve))
  const open = (changed: (name: string | undefined) => void) =>
    openSession({ settings, tracked: names.tracked, events: { changed, lost: () => {} } })
  const sessions = [open((name) => name === probe && tell()), open(() => {})] as const
  const late = (what: string) => () =>
    new MonitorError('CACHE_UNAVAILABLE', `${redisName(settings.target)}: it ${what}`)
  try {
    const opened = Promise.all(sessions.map((session) => session.open()))
    await inTime(opened, LONGEST_MS, clock, late('does not answer'))
    const latency_ms = await inTime(
      quickestWrite(sessions[1], probe, clock),
      LONGEST_MS,
      clock,
      late('answers too late'),
    )
    const name = await nameOf(sessions[1])
    await inTime(told, TOLD_WITHIN_MS, clock, late('does not tell what others change'))
    return { name, latency_ms, tells_changes: true, advice: [] }
  } catch (thrown) {
    const { code, message } = redisError(thrown, redisName(settings.target))
    return { tells_changes: false, code, advice: [message] }
  } finally {
    for (const session of sessions) session.end()
  }
}

async function quickestWrite(session: RedisSession, name: string, clock: Clock): Promise<number> {
  let quickest_ms = Infinity
  for (let write = 0; write < WRITES; write++) {
    const begun_ms = clock.monotonic()
    await session.send(name, ['SET', name, '', 'PX', String(PROBE_MS)])
    quickest_ms = Math.min(quickest_ms, clock.monotonic() - begun_ms)
  }
  await session.send(name, ['UNLINK', name])
  return Math.round(quickest_ms * 100) / 100
}

/** A user who may use it need not be allowed to ask this. */
async function nameOf(session: RedisSession): Promise<string> {
  const [node] = session.nodes()
  const info = String(await node?.send(['INFO', 'server']).catch(() => ''))
  const fact = (key: string) => new RegExp(`^${key}:([\\w.-]{1,40})`, 'm').exec(info)?.[1]
  const valkey = fact('valkey_version')
  return valkey ? `Valkey ${valkey}` : ['Redis', fact('redis_version')].filter(Boolean).join(' ')
}
