import { invalid, MonitorError } from '../../domain/errors'
import { choice, parseOptions } from '../../domain/options'
import { Secret } from '../../domain/secret'
import { parseRedisTimes, type RedisTimes } from '../cache-options'
import { parseRedisUrl, type RedisTarget } from './redis-target'

/** How to reach a Redis, beside its times: what has a default. */
export const REDIS_ACCESS = {
  verify_certificate: choice(['yes', 'no'], 'Whether the certificate of a rediss address has to be valid'),
} as const

/** Names in Redis begin with it, unless another is given: whoever shares values shares it. */
export const DEFAULT_PREFIX = 'kasa-monitor:'
// No braces: they would decide where a cluster keeps a key.
const PREFIX = /^[\w.:/-]{1,50}$/

export interface RedisSettings extends RedisTimes {
  readonly target: RedisTarget
  readonly prefix: string
  /** Absent: the user that Redis calls `default`. */
  readonly username?: string
  readonly password?: Secret
  readonly verify_certificate: 'yes' | 'no'
}

type Given = Readonly<Record<string, unknown>>

/** @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it */
export function parseRedisSettings(given: Given): RedisSettings {
  return {
    ...parseRedisTimes(given),
    ...parseOptions(REDIS_ACCESS, given),
    target: parseRedisUrl(given.redis_url),
    prefix: parsePrefix(given.redis_prefix),
    ...parseLogin(given.username, given.password),
  }
}

function parsePrefix(given: unknown): string {
  if (isBlank(given)) return DEFAULT_PREFIX
  const prefix = typeof given === 'string' ? given.trim() : ''
  if (PREFIX.test(prefix)) return prefix
  throw invalid('CONFIG_INVALID', 'redis_prefix', given, 'at most 50 letters, digits and . : / _ -')
}

function parseLogin(username: unknown, password: unknown): Pick<RedisSettings, 'username' | 'password'> {
  const name = parseText('username', username, 'the name of the user, at most 1000 characters')
  const secret = parseText('password', password, 'the password, at most 1000 characters')
  if (name !== undefined && secret === undefined) throw refusal('password', 'the password that belongs to the user')
  return {
    ...(name !== undefined && { username: name.trim() }),
    ...(secret !== undefined && { password: new Secret(secret) }),
  }
}

function parseText(field: string, given: unknown, range: string): string | undefined {
  if (isBlank(given)) return undefined
  if (typeof given === 'string' && given.length <= 1000) return given
  throw refusal(field, range)
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function refusal(field: string, range: string): MonitorError {
  return new MonitorError('CONFIG_INVALID', `${field}: expected ${range}`, { details: { field, range } })
}
