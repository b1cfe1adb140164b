import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkPack } from './pack'

const PACK = '@kasa-monitor/node-red-kasa-monitor'

export type Message = Record<string, unknown>
interface Runtime {
  init(server: object, settings: object): void
  start(): Promise<void>
  stop(): Promise<void>
  nodes: { getNode(id: string): { receive(message: Message): void } | null }
  hooks: { add(name: string, hook: (event: never) => void): void }
  events: NodeJS.EventEmitter
  runtime: { flows: { setFlows(given: object): Promise<unknown> } }
}
interface Completed {
  readonly node: { readonly id: string }
  readonly msg: Message
  readonly error?: Error
}
interface Received {
  readonly msg: Message
  readonly destination: { readonly id: string }
}

/** An embedded Node-RED with this pack, and the peers' nodes, which it finds beside itself. */
export class BenchNodeRed {
  private readonly runtime = require('node-red') as Runtime
  private readonly userDir = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))

  async start(flow: readonly object[]): Promise<void> {
    this.installPack()
    this.runtime.init(createServer(), {
      userDir: this.userDir,
      flowFile: 'flows.json',
      credentialSecret: 'bench',
      httpAdminRoot: false,
      httpNodeRoot: false,
      telemetry: { enabled: false, updateNotification: false },
      externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
      logging: { console: { level: 'error' } },
    })
    await this.flowsStarted(() => this.runtime.start())
    const flows = [{ id: 'tab', type: 'tab', label: 'bench' }, ...flow]
    await this.flowsStarted(() => this.runtime.runtime.flows.setFlows({ flows: { flows } }))
  }

  /** Calls when a node is done with a message. */
  onComplete(listener: (message: Message, error?: Error) => void): void {
    this.runtime.hooks.add('onComplete', ({ msg, error }: Completed) => listener(msg, error))
  }

  /** Calls when a node is handed a message. */
  onReceive(listener: (node: string, message: Message) => void): void {
    this.runtime.hooks.add('onReceive', ({ destination, msg }: Received) => listener(destination.id, msg))
  }

  send(node: string, message: Message): void {
    this.runtime.nodes.getNode(node)?.receive(message)
  }

  async stop(): Promise<void> {
    await this.runtime.stop()
    rmSync(this.userDir, { recursive: true, force: true })
  }

  private async flowsStarted(action: () => Promise<unknown>): Promise<void> {
    const started = new Promise((resolve) => this.runtime.events.once('flows:started', resolve))
    await action()
    await started
  }

  private installPack(): void {
    linkPack(join(this.userDir, 'node_modules', PACK))
    const manifest = { name: 'bench', version: '1.0.0', dependencies: { [PACK]: '*' } }
    writeFileSync(join(this.userDir, 'package.json'), JSON.stringify(manifest))
  }
}
