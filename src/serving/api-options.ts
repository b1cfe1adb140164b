import { choice, parseOptions, whole, type ValuesOf } from '../domain/options'
import type { Secret } from '../domain/secret'
import type { Right } from './protection/caller'

/** Every setting of an API that has a default, with its range. */
export const API_OPTIONS = {
  commands: choice(['no', 'yes'], 'Whether devices can be switched'),
  requests_per_min: whole(0, 600_000, 1200, 'Requests of one key, or one address, in a minute; 0: any number'),
  commands_per_min: whole(1, 6000, 60, 'Commands of one key, or one address, in a minute'),
  maximum_in_flight: whole(1, 1000, 32, 'Answers that are being made at a time'),
  timeout_s: whole(1, 600, 30, 'How long an answer may take, s'),
  body_kb: whole(1, 1024, 64, 'Size of the body of a request, kB'),
  status_ms: whole(100, 60_000, 2000, 'How long an answer about the present is kept, ms'),
  live_clients: whole(1, 10_000, 100, 'Clients that get live readings at a time'),
} as const

export interface ApiKey {
  readonly name: string
  readonly right: Right
  readonly secret: Secret
}

export interface ApiOptions extends ValuesOf<typeof API_OPTIONS> {
  /** What tells its answers about the past from those of an API with another database, in the same cache. */
  readonly identity: string
  /** What tells its answers about the present from those of any other API, in the same cache. */
  readonly instance: string
  /** None: whoever reaches the API may read. */
  readonly keys: readonly ApiKey[]
  /** Requests come through a login; upgrades do not. */
  readonly is_behind_login: boolean
  /** Of other web pages that may ask, such as `https://home.example`; `*`: all. */
  readonly origins: readonly string[]
}

/** @throws MonitorError `CONFIG_INVALID` naming the setting, its value and range */
export function parseApiOptions(given: Readonly<Record<string, unknown>>): ValuesOf<typeof API_OPTIONS> {
  return parseOptions(API_OPTIONS, given)
}
