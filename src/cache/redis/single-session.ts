import { clientOptions, loadLibrary, replies, trackerOf, type Client, type Library } from './redis-client'
import { resolveMaster } from './sentinels'
import type { Command, RedisNode, RedisSession, Reply, SessionOptions } from './redis-session'
import type { HostPort } from './redis-target'

/** One connection to one server: the one that was given, or the one that the sentinels call the master. */
export class SingleSession implements RedisSession {
  readonly is_cluster = false
  private readonly controller = new AbortController()
  // Hidden from whoever prints this: it can tell the password.
  #client: Client | undefined
  private opened = false
  private failure: unknown

  constructor(private readonly options: SessionOptions) {}

  async open(): Promise<void> {
    const library = loadLibrary()
    const client = this.clientOf(library, await this.find(library))
    this.#client = client
    try {
      await client.connect()
      if (this.options.settings.target.kind === 'sentinel') await mustBeMaster(client)
      else await mustHaveAllKeys(client)
    } catch (thrown) {
      throw this.failure ?? thrown
    }
    this.opened = true
  }

  send(_key: string, command: Command): Promise<Reply> {
    return this.client.sendCommand([...command])
  }

  transaction(_key: string, commands: readonly Command[]): Promise<readonly Reply[]> {
    const multi = this.client.multi()
    for (const command of commands) multi.addCommand([...command])
    return replies(multi.exec())
  }

  nodes(): readonly RedisNode[] {
    return [{ send: (command) => this.send('', command) }]
  }

  end(): void {
    this.opened = false
    this.controller.abort()
    this.#client?.destroy()
  }

  private get client(): Client {
    if (!this.#client) throw new Error('not open')
    return this.#client
  }

  private async find(library: Library): Promise<HostPort> {
    const { settings } = this.options
    const { target } = settings
    if (target.kind === 'standalone') return target.at
    if (target.kind === 'sentinel') return resolveMaster(library, settings, target, this.controller.signal)
    throw new Error('a cluster has several servers')
  }

  private clientOf(library: Library, { host, port }: HostPort): Client {
    const { settings } = this.options
    const { signal } = this.controller
    signal.throwIfAborted()
    const { socket, ...common } = clientOptions(settings, signal, host)
    const { target } = settings
    const client = library.createClient({
      ...common,
      socket: { ...socket, host, port },
      ...(target.kind !== 'cluster' && target.database > 0 && { database: target.database }),
      clientSideCache: trackerOf(library, this.options),
    })
    client.on('error', (thrown) => this.lose(thrown))
    // One that has been ended while it was connecting has no socket to end before.
    client.on('connect', () => signal.aborted && client.destroy())
    return client
  }

  private lose(thrown: unknown): void {
    const was_open = this.opened
    this.failure ??= thrown
    this.end()
    if (was_open) this.options.events.lost(thrown)
  }
}

// After a failover the sentinels may speak of it before it is so.
async function mustBeMaster(client: Client): Promise<void> {
  const role = await client.sendCommand(['ROLE'])
  if (!Array.isArray(role) || role[0] !== 'master') throw new Error('The sentinels name a server that is no master')
}

// A server of a cluster sends elsewhere only who asks for keys that it has not.
async function mustHaveAllKeys(client: Client): Promise<void> {
  const hello = await client.sendCommand(['HELLO'])
  if (typeof hello === 'object' && hello !== null && 'mode' in hello && hello.mode === 'cluster') {
    throw new Error('MOVED are the keys of other servers')
  }
}
