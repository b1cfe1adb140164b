import { once } from 'node:events'
import { WebSocket } from 'ws'

// WebSocket clients in a process of their own: `run-clients PORT COUNT`. Says `ready`, and what came when it is asked; ends with its parent.

export interface Received {
  readonly readings: number
  readonly frames: number
  readonly bytes: number
}

const [port, count] = process.argv.slice(2)
const IS_READING = /"device_id":/g
const received = { readings: 0, frames: 0, bytes: 0 }

async function main(): Promise<void> {
  for (let index = 0; index < Number(count); index++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { perMessageDeflate: false })
    socket.on('message', (data: Buffer) => {
      received.frames++
      received.bytes += data.length
      received.readings += data.toString('latin1').match(IS_READING)?.length ?? 0
    })
    await once(socket, 'open')
  }
  process.send?.('ready')
}

process.on('message', () => process.send?.(received))
process.on('disconnect', () => process.exit(0))
void main()
