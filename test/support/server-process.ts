import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const START_MS = 30_000
const LOOK_MS = 25
/** Below those that the system gives to connections: while the server is away, no client's own port may be its port. */
const PORTS = { first: 20_000, count: 10_000 }
/** Tests that run side by side have ports of their own: `TEST_TRACK=3/4` is the last of four. */
const [TRACK = 0, TRACKS = 1] = (process.env.TEST_TRACK ?? '0/1').split('/').map(Number)
const TRACK_PORTS = Math.floor(PORTS.count / TRACKS)
/** Not always the first ones: what ran before may still hold them. */
let tried = Math.floor(Math.random() * TRACK_PORTS)

export interface ServerProgram {
  readonly file: string
  /** Below the folder that is given, on ports that are given; the first one is the one to talk to. */
  readonly commandLine: (folder: string, ports: readonly number[]) => readonly string[]
  readonly ports: number
  /** Whether it is ready. */
  readonly look: (url: string) => Promise<boolean>
  /** How long it may take to get ready. Default: 30 s. */
  readonly start_ms?: number
}

/** Why a test with this program cannot run here; undefined where it can. */
export function whyMissing(file: string): string | undefined {
  return existsSync(file) ? undefined : `${file} is not installed (Debian has it as a package)`
}

/** A real database server: a process of its own, in a folder of its own, on 127.0.0.1. */
export class ServerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  private child: ChildProcess | undefined
  private ports: readonly number[] = []
  private readonly atExit = () => this.child?.kill('SIGKILL')

  private constructor(private readonly program: ServerProgram) {}

  static async start(program: ServerProgram): Promise<ServerProcess> {
    const server = new ServerProcess(program)
    process.once('exit', server.atExit)
    server.ports = await freePorts(program.ports)
    await server.run()
    return server
  }

  get port(): number {
    return this.ports[0] ?? 0
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  /** Starts it again with what it had, on the same port. */
  async run(): Promise<void> {
    const log = openSync(join(this.folder, 'log'), 'a')
    const [file, ...rest] = [this.program.file, ...this.program.commandLine(this.folder, this.ports)]
    this.child = spawn(file, rest, { cwd: this.folder, stdio: ['ignore', log, log] })
    closeSync(log)
    // A test that fails may leave it behind: it ends with this process, which does not wait for it.
    this.child.unref()
    const deadline = Date.now() + (this.program.start_ms ?? START_MS)
    while (!(await this.program.look(this.url).catch(() => false))) {
      if (!this.isRunning() || Date.now() > deadline) throw new Error(`${file} does not start:\n${this.log()}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  /** As a crash does. */
  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  /** As a service manager does: it may tidy up. */
  shutDown(): Promise<void> {
    return this.end('SIGTERM')
  }

  /** It keeps its sockets and answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.child?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.kill()
    process.removeListener('exit', this.atExit)
    rmSync(this.folder, { recursive: true, force: true })
  }

  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8')
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.child || !this.isRunning()) return
    this.child.ref()
    const exit = once(this.child, 'exit')
    this.child.kill(signal)
    // A stopped process takes no other signal before it goes on.
    this.child.kill('SIGCONT')
    await exit
  }

  private isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null
  }
}

/** Ports that nobody listens at, and that this process has not been given before. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = nextPort()
    if (await isFree(port)) ports.push(port)
  }
  return ports
}

function nextPort(): number {
  return PORTS.first + TRACK * TRACK_PORTS + (tried++ % TRACK_PORTS)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
