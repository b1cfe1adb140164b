import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NodeRedProcess } from '../../test/support/node-red-process'
import { nextMessage, startChild, stopChild } from '../support/child'
import { linkPack } from '../support/pack'
import { handlesOf, memoryOf_mb } from '../support/process-figures'
import { homeFlows } from './flows'
import type { ClientsOrder } from './run-clients'
import type { SimulatedHost } from './run-devices'
import type { Asked } from './tally'

const RED = require.resolve('node-red/red.js')
const READY_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 200
const DATABASE = /\.sqlite(-\w+)?$/

/** What `kasa-metrics` measured since it was asked before, by the names of docs/metrics.md. */
export type Figures = Readonly<Record<string, number>>

export interface Held {
  readonly rss_mb: number
  /** Files, sockets and pipes. */
  readonly handles: number
  readonly database_mb: number
  /** The spool, and all else that is kept. */
  readonly other_files_mb: number
}

/** A Node-RED as people start it, which polls, stores and serves simulated devices, and clients of it; each a process of its own. */
export class LoadHome {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-load-'))
  private readonly nodeRed: NodeRedProcess
  private devices: ChildProcess | undefined
  private clients: ChildProcess | undefined

  constructor() {
    const version = { title: '4.1', node: process.execPath, red: RED }
    this.nodeRed = new NodeRedProcess(version, { packs: [linkPack(join(this.folder, 'pack'))] })
  }

  /** Resolves when every device has been read. */
  async start(devices: number): Promise<void> {
    const { child, hello } = await startChild<readonly SimulatedHost[]>(join(__dirname, 'run-devices.js'), [
      String(devices),
    ])
    this.devices = child
    writeFileSync(join(this.nodeRed.userDir, 'flows.json'), JSON.stringify(homeFlows(hello)))
    await this.nodeRed.start()
    const ids = hello.map(({ device_id }) => device_id)
    const port = new URL(this.nodeRed.url).port
    this.clients = (await startChild(join(__dirname, 'run-clients.js'), [port, ...ids])).child
    for (const limit = Date.now() + READY_WITHIN_MS; (await this.online()) < devices; await pause(LOOK_EVERY_MS)) {
      if (Date.now() > limit) throw new Error(`Not all of ${devices} devices are read in a minute`)
    }
    await this.figures()
  }

  async stop(): Promise<void> {
    for (const child of [this.clients, this.devices]) if (child) await stopChild(child)
    await this.nodeRed.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async ask(order: ClientsOrder): Promise<Asked> {
    if (!this.clients) throw new Error('not started')
    this.clients.send(order)
    return nextMessage<Asked>(this.clients)
  }

  async figures(): Promise<Figures> {
    return this.nodeRed.json<Figures>('figures')
  }

  held(): Held {
    const { pid, userDir } = this.nodeRed
    const files = filesBelow(userDir)
    const size_mb = (some: readonly string[]) => some.reduce((sum, file) => sum + sizeOf(file), 0) / 1e6
    return {
      rss_mb: memoryOf_mb(pid),
      handles: handlesOf(pid),
      database_mb: size_mb(files.filter((file) => DATABASE.test(file))),
      other_files_mb: size_mb(files.filter((file) => !DATABASE.test(file))),
    }
  }

  /** Lines of its log that tell of an error. */
  get faults(): readonly string[] {
    return this.nodeRed.faults
  }

  private async online(): Promise<number> {
    return (await this.nodeRed.json<{ readonly online: number }>('kasa/status')).online
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

/** Segments of the spool come and go. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
