import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from './certificates'
import { ServerProcess, whyMissing } from './server-process'

const MOSQUITTO = '/usr/sbin/mosquitto'
const MAKE_PASSWORDS = '/usr/bin/mosquitto_passwd'

export const whyNoMosquitto = (): string | undefined => whyMissing(MOSQUITTO) ?? whyMissing(MAKE_PASSWORDS)

export interface MosquittoOptions {
  /** The only one who is let in; absent: everybody is. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Lines of its access list. */
  readonly access?: readonly string[]
  /** Speaks TLS alone; `client_ca`: only with whom that has signed. */
  readonly tls?: Certificate & { readonly client_ca?: string }
  readonly websockets?: boolean
  /** Keeps what it has retained when it is shut down. */
  readonly persistent?: boolean
  /** More lines of its configuration file. */
  readonly lines?: readonly string[]
}

/** A real Mosquitto as Debian has it. */
export class Mosquitto {
  private constructor(
    private readonly server: ServerProcess,
    private readonly held: { options: MosquittoOptions },
  ) {}

  static async start(options: MosquittoOptions): Promise<Mosquitto> {
    const held = { options }
    const server = await ServerProcess.start({
      file: MOSQUITTO,
      ports: 2,
      commandLine: (folder, ports) => ['-c', configure(folder, ports, held.options)],
      look: (url) => isListening(Number(new URL(url).port)),
    })
    return new Mosquitto(server, held)
  }

  get port(): number {
    return this.server.port
  }

  /** As the settings of a broker want it. */
  get url(): string {
    const { tls, websockets = false } = this.held.options
    return `${websockets ? 'ws' : 'mqtt'}${tls ? 's' : ''}://127.0.0.1:${this.port}`
  }

  /** As a crash does. */
  kill(): Promise<void> {
    return this.server.kill()
  }

  /** As a service manager does. */
  shutDown(): Promise<void> {
    return this.server.shutDown()
  }

  /** Again, on the same port; with other options where they are given. */
  run(options = this.held.options): Promise<void> {
    this.held.options = options
    return this.server.run()
  }

  /** It keeps its sockets and answers nothing. */
  pause(): void {
    this.server.pause()
  }

  resume(): void {
    this.server.resume()
  }

  stop(): Promise<void> {
    return this.server.stop()
  }

  log(): string {
    return this.server.log()
  }
}

export const startMosquitto = (options: MosquittoOptions = {}): Promise<Mosquitto> => Mosquitto.start(options)

/** The file that it reads. */
function configure(folder: string, [port, other_port]: readonly number[], options: MosquittoOptions): string {
  const write = (name: string, lines: readonly string[]) => {
    const file = join(folder, name)
    writeFileSync(file, [...lines, ''].join('\n'), { mode: 0o600 })
    return file
  }
  const { user, access, tls, websockets = false, persistent = false, lines = [] } = options
  return write('mosquitto.conf', [
    // Otherwise it gives up root, and cannot read its own files.
    'user root',
    // It does not start where WebSockets are all that it has.
    ...(websockets ? [`listener ${other_port} 127.0.0.1`] : []),
    `listener ${port} 127.0.0.1`,
    ...(websockets ? ['protocol websockets'] : []),
    ...(tls ? secured(tls, write) : []),
    ...(user ? ['allow_anonymous false', `password_file ${passwords(folder, user)}`] : ['allow_anonymous true']),
    ...(access ? [`acl_file ${write('access', access)}`] : []),
    ...(persistent ? ['persistence true', `persistence_location ${folder}/`] : []),
    ...lines,
  ])
}

function secured(
  { certificate, private_key, client_ca }: NonNullable<MosquittoOptions['tls']>,
  write: (name: string, lines: readonly string[]) => string,
): string[] {
  return [
    `certfile ${write('certificate.pem', [certificate])}`,
    `keyfile ${write('key.pem', [private_key])}`,
    ...(client_ca === undefined ? [] : [`cafile ${write('ca.pem', [client_ca])}`, 'require_certificate true']),
  ]
}

function passwords(folder: string, { name, password }: NonNullable<MosquittoOptions['user']>): string {
  const file = join(folder, 'passwords')
  execFileSync(MAKE_PASSWORDS, ['-b', '-c', file, name, password], { stdio: 'ignore' })
  return file
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
