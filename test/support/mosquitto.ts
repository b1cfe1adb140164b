import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ServerProcess, whyMissing } from './server-process'

const MOSQUITTO = '/usr/sbin/mosquitto'
const MAKE_PASSWORDS = '/usr/bin/mosquitto_passwd'
/** In its folder; it has signed itself. */
export const CERTIFICATE = 'certificate.pem'
const KEY = 'key.pem'
const PASSWORDS = 'passwords'

export const whyNoMosquitto = (): string | undefined => whyMissing(MOSQUITTO) ?? whyMissing(MAKE_PASSWORDS)

export interface MosquittoOptions {
  /** The only one who is let in; absent: everybody is. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Speaks TLS alone, with a certificate that it has made itself for 127.0.0.1. */
  readonly tls?: boolean
  /** More lines of its configuration file. */
  readonly lines?: readonly string[]
}

/** A real Mosquitto as Debian has it. */
export function startMosquitto(options: MosquittoOptions = {}): Promise<ServerProcess> {
  return ServerProcess.start({
    file: MOSQUITTO,
    ports: 1,
    commandLine: (folder, [port]) => {
      const file = join(folder, 'mosquitto.conf')
      writeFileSync(file, [...configuration(options, folder, port ?? 0), ''].join('\n'))
      return ['-c', file]
    },
    look: (url) => isListening(Number(new URL(url).port)),
  })
}

function configuration({ user, tls, lines = [] }: MosquittoOptions, folder: string, port: number): string[] {
  const passwords = join(folder, PASSWORDS)
  if (user) execFileSync(MAKE_PASSWORDS, ['-b', '-c', passwords, user.name, user.password], { stdio: 'ignore' })
  return [
    // Otherwise it gives up root, and cannot read its own files.
    'user root',
    `listener ${port} 127.0.0.1`,
    ...(tls ? certificate(folder) : []),
    ...(user ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
    ...lines,
  ]
}

function certificate(folder: string): string[] {
  const [cert, key] = [join(folder, CERTIFICATE), join(folder, KEY)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const names = ['-subj', '/CN=mosquitto of a test', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return [`certfile ${cert}`, `keyfile ${key}`]
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
