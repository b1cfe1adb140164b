import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that the server answered. */
export interface Exchange {
  readonly path: string
  readonly body: string
  readonly status: number
}

/** Stands in front of a server and keeps what was said; cuts the connection where the server does. */
export class RecordingProxy {
  /** In the order of the answers. */
  readonly exchanges: Exchange[] = []
  private readonly agent = new Agent({ keepAlive: true })
  private readonly server = createServer((incoming, outgoing) => void this.forward(incoming, outgoing))

  private constructor(private readonly target: string) {}

  static async start(target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.agent.destroy()
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private async forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const { method, url: path = '', headers } = incoming
      const body = await bytesOf(incoming)
      const forwarded = request(this.target + path, { method, headers, agent: this.agent })
      outgoing.on('close', () => forwarded.destroy())
      forwarded.end(body)
      const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
      const text = await bytesOf(answer)
      const status = answer.statusCode ?? 0
      this.exchanges.push({ path, body: body.toString('utf8'), status })
      outgoing.writeHead(status, answer.headers).end(text)
    } catch {
      outgoing.destroy()
    }
  }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
