import { clientOptions, loadLibrary, replies, trackerOf, type Library } from './redis-client'
import type { Command, RedisNode, RedisSession, Reply, SessionOptions } from './redis-session'

type Cluster = ReturnType<typeof clusterOf>

/** Connections to all masters of a cluster. It is over with the first that is lost, because it may have another master then. */
export class ClusterSession implements RedisSession {
  readonly is_cluster = true
  private readonly controller = new AbortController()
  // Hidden from whoever prints this: it can tell the password.
  #cluster: Cluster | undefined
  private opened = false
  private failure: unknown

  constructor(private readonly options: SessionOptions) {}

  async open(): Promise<void> {
    const cluster = this.create()
    this.#cluster = cluster
    try {
      await cluster.connect()
    } catch (thrown) {
      // What it throws only says that no server was good; what it emitted before says why.
      throw this.failure ?? thrown
    }
    this.controller.signal.throwIfAborted()
    // Some of the servers that were given may be gone, but none of the masters.
    if (!cluster.masters.every(({ client }) => client?.isReady)) throw this.failure ?? new Error('lost at once')
    this.opened = true
  }

  send(key: string, command: Command): Promise<Reply> {
    return this.cluster.sendCommand(key, false, [...command])
  }

  transaction(key: string, commands: readonly Command[]): Promise<readonly Reply[]> {
    const multi = this.cluster.multi(key)
    for (const command of commands) multi.addCommand(key, false, [...command])
    return replies(multi.exec())
  }

  nodes(): readonly RedisNode[] {
    const { cluster } = this
    return cluster.masters.map((master) => ({
      send: async (command) => (await cluster.nodeClient(master)).sendCommand([...command]),
    }))
  }

  end(): void {
    this.opened = false
    this.controller.abort()
    this.#cluster?.destroy()
  }

  private get cluster(): Cluster {
    if (!this.#cluster) throw new Error('not open')
    return this.#cluster
  }

  private create(): Cluster {
    const cluster = clusterOf(loadLibrary(), this.options, this.controller.signal)
    cluster.on('error', (thrown) => this.lose(thrown))
    cluster.on('node-error', (thrown) => this.lose(thrown))
    return cluster
  }

  private lose(thrown: unknown): void {
    this.failure = thrown
    if (!this.opened) return
    this.end()
    this.options.events.lost(thrown)
  }
}

function clusterOf(library: Library, options: SessionOptions, signal: AbortSignal) {
  const { target } = options.settings
  if (target.kind !== 'cluster') throw new Error('not a cluster')
  signal.throwIfAborted()
  return library.createCluster({
    rootNodes: target.nodes.map(({ host, port }) => ({ socket: { host, port } })),
    defaults: clientOptions(options.settings, signal),
    clientSideCache: trackerOf(library, options),
  })
}
