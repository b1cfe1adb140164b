import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'mocha'
import { BENCH_PEERS, PROJECT } from './project'
import { freePorts } from './server-process'
import { EVERYWHERE } from './where'

const READY_WITHIN_MS = 40_000
const END_WITHIN_MS = 8000
const LOOK_EVERY_MS = 50

export interface NodeRedVersion {
  readonly title: string
  /** The program that runs it. */
  readonly node: string
  readonly red: string
}

export const OLDEST: NodeRedVersion['title'] = '4.1'

/** The demo's dashboard pack, where `npm start` or `npm test` has installed it. */
export const DASHBOARD_PACK = join(PROJECT, 'demo', 'node_modules', '@flowfuse', 'node-red-dashboard')

/** Runs a suite for each Node-RED that can run here as a process of its own; says which cannot, and why. */
export function forEachNodeRedProcess(title: string, suite: (version: NodeRedVersion) => void): void {
  const red = (module: string) => join(PROJECT, 'node_modules', module, 'red.js')
  describe(`${title}: Node-RED 4.1 as a process`, () =>
    suite({ title: '4.1', node: process.execPath, red: red('node-red') }))
  describe(`${title}: Node-RED 5 as a process`, () => {
    const node = nodeForNodeRed5()
    if (node) suite({ title: '5', node, red: red('node-red-5') })
    else it.skip('not run: it needs Node.js 22.9, which `npm test` installs where npm has it for this platform')
  })
}

/** The same for a suite that is about us: see `EVERYWHERE`. */
export function forOneNodeRedProcess(title: string, suite: (version: NodeRedVersion) => void): void {
  forEachNodeRedProcess(title, (version) => {
    if (EVERYWHERE || version.title === OLDEST) suite(version)
  })
}

function nodeForNodeRed5(): string | undefined {
  const given = process.env.KASA_MONITOR_NODE_22
  if (given) return given
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  return major > 22 || (major === 22 && minor >= 9) ? process.execPath : undefined
}

export interface ProcessOptions {
  /** Folders of packs that are linked into the user directory. */
  readonly packs?: readonly string[]
  /** Whether the palette manager may install. Default: no. */
  readonly palette?: boolean
  /** Further lines of the settings file, as JavaScript: `adminAuth: { ... },`. */
  readonly settings?: string
  /** It comes back where it was. Default: elsewhere, where nobody else can have come meanwhile. */
  readonly keepsPort?: boolean
}

/** A Node-RED with a user directory of its own, as a person starts it. */
export class NodeRedProcess {
  readonly userDir = mkdtempSync(join(tmpdir(), 'kasa-monitor-system-'))
  /** All that it printed. */
  log = ''
  private child: ChildProcess | undefined
  private port = 0

  constructor(
    private readonly version: NodeRedVersion,
    private readonly options: ProcessOptions = {},
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  get alive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  async start(): Promise<void> {
    if (this.port === 0 || !this.options.keepsPort) this.port = await freePort()
    this.prepare()
    const from = this.log.length
    const words = [this.version.red, '-u', this.userDir, '-s', join(this.userDir, 'settings.js'), '-p', `${this.port}`]
    const child = spawn(this.version.node, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: this.userDir },
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.log += String(text)))
    // Flows may have started before anybody is listened to.
    await this.logged(/Server now running/, from)
    await this.logged(/Started flows/, from)
  }

  /** Of its memory, as Linux tells. */
  get memory_bytes(): number {
    const [, kb = NaN] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.child?.pid}/status`, 'utf8')) ?? []
    return Number(kb) * 1024
  }

  /** How many threads it has, and how often it has a file open, or one that is named after it; as Linux tells. */
  held(file: string): { readonly threads: number; readonly files: number } {
    const process = `/proc/${this.child?.pid}`
    const isOf = (descriptor: string) => {
      try {
        return readlinkSync(`${process}/fd/${descriptor}`).startsWith(file)
      } catch {
        // It has been closed since.
        return false
      }
    }
    return { threads: readdirSync(`${process}/task`).length, files: readdirSync(`${process}/fd`).filter(isOf).length }
  }

  /** As a crash does; its user directory stays, for `start`. */
  async kill(): Promise<void> {
    if (!this.child || !this.alive) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  /** As a service manager does; its user directory stays, for `start`. */
  async shutDown(): Promise<void> {
    if (!this.child || !this.alive) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const limit = setTimeout(() => this.child?.kill('SIGKILL'), END_WITHIN_MS)
    await ended
    clearTimeout(limit)
  }

  /** Ends it, and removes its user directory. May be called twice. */
  async stop(): Promise<void> {
    await this.shutDown()
    rmSync(this.userDir, { recursive: true, force: true })
  }

  /** Deploys as the editor does; resolves when the flows, or the nodes that are new or other than before, have started. */
  async deploy(flows: readonly object[], type: 'full' | 'flows' | 'nodes' = 'full'): Promise<void> {
    const from = this.log.length
    const reply = await this.request('POST', 'flows', JSON.stringify({ flows }), { 'Node-RED-Deployment-Type': type })
    if (!reply.ok) throw new Error(`Deploying failed: ${reply.status} ${await reply.text()}`)
    await this.logged(/Started (modified )?(flows|nodes)|Waiting for missing types/, from)
    const missing = /missing types[^]*?(?=\d{1,2} \w{3} \d\d:)/.exec(this.log.slice(from))
    if (missing) throw new Error(`Node types are missing: ${missing[0]}`)
  }

  request(method: string, path: string, body?: string | FormData, more: object = {}): Promise<Response> {
    const headers = {
      ...more,
      accept: 'application/json',
      'Node-RED-API-Version': 'v2',
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
    }
    return fetch(`${this.url}/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  }

  async json<Body>(path: string): Promise<Body> {
    const reply = await this.request('GET', path)
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Body
  }

  /** Lines of the log that tell of an error or a crash. */
  get faults(): string[] {
    return this.log.split('\n').filter((line) => /\[error\]|\[red\] Uncaught/.test(line))
  }

  /** Waits until the log has a text from an offset on. */
  async logged(text: RegExp, from = 0): Promise<void> {
    for (const limit = Date.now() + READY_WITHIN_MS; Date.now() < limit;) {
      if (text.test(this.log.slice(from))) return
      if (!this.alive) break
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    throw new Error(
      `Node-RED ${this.alive ? 'did not log' : 'ended before it logged'} ${text}:\n${this.log.slice(from)}`,
    )
  }

  private prepare(): void {
    const dependencies: Record<string, string> = {}
    for (const folder of this.options.packs ?? []) {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }
      const link = join(this.userDir, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      if (!existsSync(link)) symlinkSync(folder, link, 'junction')
      dependencies[name] = `file:${folder}`
    }
    const manifest = { name: 'test', version: '1.0.0', private: true, dependencies }
    writeFileSync(join(this.userDir, 'package.json'), JSON.stringify(manifest))
    const settings = {
      uiHost: '127.0.0.1',
      flowFile: 'flows.json',
      credentialSecret: 'test',
      telemetry: { enabled: false, updateNotification: false },
      externalModules: {
        palette: { allowInstall: this.options.palette ?? false, denyList: BENCH_PEERS },
        modules: { allowInstall: false },
      },
      // The other code editor is most of what a page loads.
      editorTheme: { tours: false, codeEditor: { lib: 'ace' } },
    }
    writeFileSync(
      join(this.userDir, 'settings.js'),
      `module.exports = { ...${JSON.stringify(settings)}, ${this.options.settings ?? ''} }`,
    )
  }
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}
