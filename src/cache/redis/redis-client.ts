import { isIP } from 'node:net'
import type * as NodeRedis from '@redis/client'
import { MonitorError } from '../../domain/errors'
import type { RedisSettings } from './redis-settings'
import type { SessionOptions } from './redis-session'

/** Also how long a host that swallows everything holds a session that has been ended. */
export const CONNECT_MS = 5000

export type Library = typeof NodeRedis

/** What is used of a client: its own type has a method for every command of Redis. */
export interface Client {
  readonly isReady: boolean
  connect(): Promise<unknown>
  sendCommand(command: string[]): Promise<unknown>
  multi(): Transaction
  destroy(): void
}

interface Transaction {
  addCommand(command: string[]): unknown
  exec(): Promise<readonly unknown[]>
}

/** Loaded where a Redis is given. @throws MonitorError `CACHE_UNSUPPORTED` */
export function loadLibrary(): Library {
  try {
    return require('@redis/client') as Library
  } catch (cause) {
    const message = 'Redis needs @redis/client, an optional package of this pack that is not installed'
    throw new MonitorError('CACHE_UNSUPPORTED', message, { cause })
  }
}

/** What all clients have in common. A client never comes back by itself: a session ends with its first lost connection. */
export function clientOptions(settings: RedisSettings, signal: AbortSignal, host?: string) {
  const { username, password, verify_certificate, target } = settings
  const tls = target.tls && {
    tls: true as const,
    rejectUnauthorized: verify_certificate === 'yes',
    ...(host !== undefined && isIP(host) === 0 && { servername: host }),
  }
  return {
    ...(password && { credentialsProvider: login(username, password.reveal.bind(password)) }),
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false as const, signal, ...tls },
    // Its own time-out costs more than the command, and only holds for commands that have not been sent.
    commandOptions: { timeout: 0 },
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
  }
}

/**
 * The cache that the client has of its own, of which only the telling of changes is used. `NOLOOP` keeps one's own silent, those
 * of scripts excepted.
 */
export function trackerOf(library: Library, { tracked, events }: SessionOptions) {
  const tracking = ['CLIENT', 'TRACKING', 'ON', 'BCAST', ...tracked.flatMap((name) => ['PREFIX', name]), 'NOLOOP']
  class Tracker extends library.BasicPooledClientSideCache {
    override trackingOn(): string[] {
      return tracking
    }

    override invalidate(name: NodeRedis.RedisArgument | null): void {
      events.changed(name === null ? undefined : name.toString())
    }

    /** A cluster has been looked at anew, and some of its servers are new: what they changed before was not told. */
    override enable(): void {
      events.changed(undefined)
    }
  }
  return new Tracker({ recordStats: false })
}

// Asked for when it is needed, so that no option holds the secret.
function login(username: string | undefined, reveal: () => string) {
  const credentials = () => Promise.resolve({ ...(username !== undefined && { username }), password: reveal() })
  return { type: 'async-credentials-provider' as const, credentials }
}

/** Of a transaction: the replies with the errors among them, where some commands were refused. */
export async function replies(all: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await all
  } catch (thrown) {
    const found = thrown instanceof Error && 'replies' in thrown ? thrown.replies : undefined
    if (Array.isArray(found)) return found as unknown[]
    throw thrown
  }
}
