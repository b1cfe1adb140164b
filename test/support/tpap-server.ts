import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AskedStep {
  readonly path: string
  readonly sub_method: string
  readonly params: Readonly<Record<string, unknown>>
}

export interface ScriptedReply {
  readonly status?: number
  readonly body: string | Uint8Array
}

/** Answers the steps of a login as a test has it; nothing of it is right by itself. */
export class TpapServer {
  readonly asked: AskedStep[] = []
  replies: (step: AskedStep) => ScriptedReply | undefined = () => undefined
  private readonly server: Server = createServer((request, response) => this.receive(request, response))

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const step = stepOf(request.url ?? '', Buffer.concat(chunks))
      this.asked.push(step)
      const reply = this.replies(step)
      if (reply) response.writeHead(reply.status ?? 200).end(reply.body)
    })
  }
}

function stepOf(path: string, body: Buffer): AskedStep {
  if (path !== '/') return { path, sub_method: '', params: {} }
  const { params } = JSON.parse(body.toString()) as { params: AskedStep['params'] & { sub_method: string } }
  return { path, sub_method: params.sub_method, params }
}
