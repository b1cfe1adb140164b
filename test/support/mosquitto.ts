import { connect } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerProcess, whyMissing } from './server-process'

const MOSQUITTO = '/usr/sbin/mosquitto'

export const whyNoMosquitto = (): string | undefined => whyMissing(MOSQUITTO)

/** A real Mosquitto as Debian has it, which lets everybody in. */
export function startMosquitto(): Promise<ServerProcess> {
  return ServerProcess.start({
    file: MOSQUITTO,
    ports: 1,
    commandLine: (folder, [port]) => {
      const file = join(folder, 'mosquitto.conf')
      writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
      return ['-c', file]
    },
    look: (url) => isListening(Number(new URL(url).port)),
  })
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
