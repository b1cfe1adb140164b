import net from 'node:net'
import { decrypt, frame } from '../../../src/integrations/kasa/transports/xor-codec'
import { Driver, POLL_QUERY, type Contender, type PollTask } from '../contender'

/** The ceiling: one kept socket per device, no error handling, no state, the reply parsed and dropped. */
export class BareTcp implements Contender {
  private driver: Driver | undefined
  private readonly sockets: net.Socket[] = []

  async start(task: PollTask): Promise<void> {
    const request = frame(JSON.stringify(POLL_QUERY))
    const finish: ((() => void) | undefined)[] = []
    const shared = Buffer.alloc(65_536)
    const connect = (host: string, index: number) =>
      new Promise<void>((resolve) => {
        const callback = (length: number, bytes: Uint8Array) => {
          const reply = bytes as Buffer
          if (length < 4 || reply.readUInt32BE(0) + 4 !== length) throw new Error('a reply came in parts')
          JSON.parse(decrypt(reply, 4, length))
          finish[index]?.()
          return true
        }
        const socket = net.connect({ host, port: task.port, noDelay: true, onread: { buffer: shared, callback } })
        socket.once('connect', resolve)
        this.sockets.push(socket)
      })
    for (const [index, host] of task.hosts.entries()) await connect(host, index)
    this.driver = new Driver(task, (index, done) => {
      finish[index] = done
      this.sockets[index]?.write(request)
    })
    this.driver.start()
  }

  completed(): number {
    return this.driver?.completed() ?? 0
  }

  stop(): void {
    this.driver?.stop()
    for (const socket of this.sockets) socket.destroy()
  }
}
