import type { Command } from './redis-session'

/** What is left of the life of a text, ms, and the text; a length instead of it where it is longer than allowed. */
export function readCommand(name: string, maximum_bytes: number): Command {
  return ['EVAL', READ, '1', name, String(maximum_bytes)]
}

/** A step that both learns what Redis has and how long, because the age is what is not left. */
const READ = `
local length = redis.pcall('STRLEN', KEYS[1])
if type(length) == 'table' then return length end
local left = redis.call('PTTL', KEYS[1])
if length > tonumber(ARGV[1]) then return {left, length} end
return {left, redis.call('GETRANGE', KEYS[1], 0, -1)}`

export interface Tagging {
  /** As it is called in Redis. */
  readonly tag: string
  readonly key: string
  /** For how long the key may have anything that a deletion has to find. */
  readonly life_ms: number
}

/** Puts keys into groups, which forget them when their time has come, by the clock of Redis. Answers how many were none. */
export function tagCommand(taggings: readonly Tagging[]): Command {
  const names = taggings.map(({ tag }) => tag)
  const members = taggings.flatMap(({ key, life_ms }) => [key, String(Math.ceil(life_ms))])
  return ['EVAL', TAG, String(names.length), ...names, ...members]
}

const TAG = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rubbish = 0
for i, tag in ipairs(KEYS) do
  local key, life = ARGV[2 * i - 1], tonumber(ARGV[2 * i])
  local expired = redis.pcall('ZREMRANGEBYSCORE', tag, '-inf', now)
  if type(expired) == 'table' then
    redis.call('UNLINK', tag)
    rubbish = rubbish + 1
  end
  local known = redis.call('ZSCORE', tag, key)
  if not known or tonumber(known) < now + life then redis.call('ZADD', tag, now + life, key) end
  if redis.call('PTTL', tag) < life then redis.call('PEXPIRE', tag, life) end
end
return rubbish`

/** While a lease is mine: ends it, and leaves the value where a second command brings it from. */
export function claimCommand(lease: string, stage: string, token: string, text: string, life_ms: number): Command {
  return ['EVAL', CLAIM, '2', lease, stage, token, text, String(life_ms)]
}

const CLAIM = `
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[1])
return 1`

/** While a lease is mine. */
export function renewCommand(lease: string, token: string, lease_ms: number): Command {
  return ['EVAL', RENEW, '1', lease, token, String(lease_ms)]
}

const RENEW = `
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** While a lease is mine. */
export function releaseCommand(lease: string, token: string): Command {
  return ['EVAL', RELEASE, '1', lease, token]
}

const RELEASE = `
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

/** Does what the others do, to names that nobody else knows. */
export function trialCommand(names: readonly [string, string]): Command {
  return ['EVAL', TRIAL, '2', ...names]
}

const TRIAL = `
local from, to = KEYS[1], KEYS[2]
redis.call('SET', from, 'x', 'NX', 'PX', 1000)
redis.call('STRLEN', from)
redis.call('PTTL', from)
redis.call('GETRANGE', from, 0, -1)
redis.call('GET', from)
redis.call('RENAME', from, to)
redis.call('DEL', to)
local time = redis.call('TIME')
redis.call('ZADD', from, time[1], 'x')
redis.call('ZSCORE', from, 'x')
redis.call('ZRANGE', from, 0, 0)
redis.call('PEXPIRE', from, 1000)
redis.call('ZREM', from, 'y')
redis.call('ZREMRANGEBYSCORE', from, '-inf', '+inf')
return redis.call('UNLINK', from)`
