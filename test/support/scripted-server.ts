import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** Unpacked. */
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** What is no text is sent as JSON. */
  readonly body?: unknown
}

/** What goes wrong with a request. */
export type Fault =
  /** Instead of what it would have answered; it stores nothing, whatever this says. */
  | Reply
  /** The connection breaks while the request is still coming. */
  | 'reset'
  /** It does what is asked, and the connection breaks within the answer. */
  | 'cut'
  /** It takes the request and says nothing. */
  | 'silence'

/** An HTTP server on loopback that can be told to fail. */
export abstract class ScriptedServer {
  /** In order, those that failed too. */
  readonly requests: Received[] = []
  private readonly server: Server = createServer((request, response) => void this.serve(request, response))
  private readonly faults: { readonly path: string; readonly fault: Fault; left: number }[] = []

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** The next requests to paths that begin so, in the order of calls. */
  fail(path: string, fault: Fault, times = 1): void {
    this.faults.push({ path, fault, left: times })
  }

  /** Open connections, idle ones too. */
  connections(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((_, count) => resolve(count)))
  }

  protected abstract answer(received: Received): Reply

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const fault = this.nextFault(pathname)
    if (fault === 'reset') {
      request.once('data', () => request.socket.resetAndDestroy())
      return
    }
    const body = await bodyOf(request).catch(() => undefined)
    if (body === undefined) return
    const { method = '', headers } = request
    const received = { method, path: pathname, query: searchParams, headers, body }
    this.requests.push(received)
    if (fault === 'silence') return
    if (fault !== undefined && fault !== 'cut') return send(response, fault)
    const reply = this.answer(received)
    if (fault !== 'cut') return send(response, reply)
    response.writeHead(reply.status === 204 ? 200 : reply.status, { 'content-length': 1000 })
    response.write('{')
    setImmediate(() => request.socket.resetAndDestroy())
  }

  private nextFault(path: string): Fault | undefined {
    const next = this.faults.find((fault) => fault.left > 0 && path.startsWith(fault.path))
    if (next) next.left--
    return next?.fault
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { ...(!isText && { 'content-type': 'application/json; charset=utf-8' }), ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
