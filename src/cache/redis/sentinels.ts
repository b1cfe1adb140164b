import { MonitorError } from '../../domain/errors'
import { clientOptions, type Library } from './redis-client'
import { isRefusedLogin } from './redis-errors'
import type { RedisSettings } from './redis-settings'
import type { HostPort, RedisTarget } from './redis-target'

type SentinelTarget = Extract<RedisTarget, { kind: 'sentinel' }>

/**
 * Asks one sentinel after the other. The client's own `createSentinel` is not used: what fails it sends again by itself, after
 * whoever asked has given up, and so might bring an old value back.
 * @throws MonitorError `CACHE_UNAVAILABLE`, or what the last sentinel failed with
 */
export async function resolveMaster(
  library: Library,
  settings: RedisSettings,
  { sentinels, master }: SentinelTarget,
  signal: AbortSignal,
): Promise<HostPort> {
  let failure: unknown
  for (const sentinel of sentinels) {
    try {
      const found = await askSentinel(library, settings, sentinel, master, signal)
      if (found) return found
      failure = new MonitorError('CACHE_UNAVAILABLE', `The sentinels know no master ${master}`)
    } catch (thrown) {
      failure = thrown
    }
    signal.throwIfAborted()
  }
  throw failure
}

/** With the login of Redis, and without it where it is not known there: sentinels have users of their own, or none. */
async function askSentinel(
  library: Library,
  settings: RedisSettings,
  sentinel: HostPort,
  master: string,
  signal: AbortSignal,
): Promise<HostPort | undefined> {
  try {
    return await ask(library, settings, sentinel, master, signal)
  } catch (thrown) {
    const { username: _username, password, ...without_login } = settings
    if (password === undefined || !isRefusedLogin(thrown)) throw thrown
    return ask(library, without_login, sentinel, master, signal)
  }
}

async function ask(
  library: Library,
  settings: RedisSettings,
  { host, port }: HostPort,
  master: string,
  signal: AbortSignal,
): Promise<HostPort | undefined> {
  const { socket, ...common } = clientOptions(settings, signal, host)
  const client = library.createClient({ ...common, socket: { ...socket, host, port } })
  // What it emits, it rejects with as well.
  client.on('error', () => undefined)
  const destroy = () => client.destroy()
  signal.addEventListener('abort', destroy)
  try {
    await client.connect()
    const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master])
    return addressIn(reply)
  } finally {
    signal.removeEventListener('abort', destroy)
    client.destroy()
  }
}

function addressIn(reply: unknown): HostPort | undefined {
  const [host, port] = Array.isArray(reply) ? (reply as unknown[]) : []
  const number = Number(port)
  return typeof host === 'string' && Number.isInteger(number) ? { host, port: number } : undefined
}
