import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ServerProcess, whyMissing, type ServerProgram } from './server-process'

export const REDIS_SERVER = '/usr/bin/redis-server'
const REDIS_CLI = '/usr/bin/redis-cli'
const COMMAND_MS = 20_000
const run = promisify(execFile)

export const whyNoRedis = (): string | undefined => whyMissing(REDIS_SERVER) ?? whyMissing(REDIS_CLI)

export interface RedisOptions {
  /** Of the user `default`. */
  readonly password?: string
  /** A user beside `default`: its name, and its rules as ACL SETUSER takes them. */
  readonly user?: { readonly name: string; readonly rules: readonly string[] }
  /** Speaks TLS alone, with a certificate that it has made itself. */
  readonly tls?: boolean
  /** Full above it: refuses to take more. */
  readonly maxmemory?: string
  /** Keeps what it has through `restart`. */
  readonly persistent?: boolean
  /** A part of a cluster. */
  readonly cluster?: boolean
  /** Lines of its configuration file. */
  readonly lines?: readonly string[]
}

/** A real Redis as Debian has it. */
export class RedisServer {
  private constructor(
    private readonly server: ServerProcess,
    private readonly options: RedisOptions,
  ) {}

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    return new RedisServer(await ServerProcess.start(program(options)), options)
  }

  get port(): number {
    return this.server.port
  }

  /** As the settings of a cache want it. */
  get url(): string {
    return `${this.options.tls ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`
  }

  /** What `redis-cli` prints. */
  command(...args: readonly string[]): Promise<string> {
    return redisCli(this.port, this.options, args)
  }

  /** As a crash does. */
  kill(): Promise<void> {
    return this.server.kill()
  }

  /** It keeps its sockets and answers nothing. */
  freeze(): void {
    this.server.pause()
  }

  thaw(): void {
    this.server.resume()
  }

  /** On the same port; empty unless it is persistent. */
  async restart(): Promise<void> {
    await this.server.kill()
    await this.server.run()
  }

  log(): string {
    return this.server.log()
  }

  /** Frozen or not. */
  stop(): Promise<void> {
    return this.server.stop()
  }
}

export const startRedis = (options: RedisOptions = {}): Promise<RedisServer> => RedisServer.start(options)

/** What it prints. */
export async function redisCli(port: number, options: RedisOptions, args: readonly string[]): Promise<string> {
  const login = options.password === undefined ? [] : ['-a', options.password, '--no-auth-warning']
  const tls = options.tls ? ['--tls', '--insecure'] : []
  const { stdout } = await run(REDIS_CLI, ['-h', '127.0.0.1', '-p', String(port), ...login, ...tls, ...args], {
    timeout: COMMAND_MS,
  })
  return stdout.replace(/\n$/, '')
}

function program(options: RedisOptions): ServerProgram {
  const commandLine = (folder: string, ports: readonly number[]) => {
    const file = join(folder, 'redis.conf')
    writeFileSync(file, configuration(options, folder, ports).join('\n'))
    return [file]
  }
  const look = async (url: string) => {
    const answer = await redisCli(Number(new URL(url).port), options, ['PING'])
    return answer === 'PONG'
  }
  return { file: REDIS_SERVER, ports: 2, commandLine, look }
}

function configuration(options: RedisOptions, folder: string, [port, bus_port]: readonly number[]): string[] {
  const { password, user, tls = false, maxmemory, persistent = false, cluster = false, lines = [] } = options
  return [
    'bind 127.0.0.1',
    `dir ${folder}`,
    'save ""',
    `appendonly ${persistent ? 'yes' : 'no'}`,
    'appendfsync always',
    ...(tls ? [`tls-port ${port}`, 'port 0', ...certificate(folder)] : [`port ${port}`]),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...(user ? [`user ${user.name} ${user.rules.join(' ')}`] : []),
    ...(maxmemory === undefined ? [] : [`maxmemory ${maxmemory}`, 'maxmemory-policy noeviction']),
    ...(cluster ? ['cluster-enabled yes', `cluster-port ${bus_port}`, 'cluster-node-timeout 1000'] : []),
    ...lines,
    '',
  ]
}

/** One that nobody has signed but itself. */
function certificate(folder: string): string[] {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject]
  execFileSync('openssl', ['req', ...made], { stdio: 'ignore' })
  return [`tls-key-file ${key}`, `tls-cert-file ${cert}`, `tls-ca-cert-file ${cert}`, 'tls-auth-clients no']
}
