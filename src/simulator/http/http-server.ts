import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Responder } from '../responder'
import { AesService } from './aes-service'
import { ClosedTpapService } from './closed-tpap-service'
import { FORBIDDEN, pageReply, type HttpReply, type HttpRequest, type HttpService } from './http-service'
import { KlapService } from './klap-service'
import { ReplySender } from './reply-sender'
import { selfSigned } from './self-signed'
import { TpapService } from './tpap-service'

const REQUEST_LIMIT_BYTES = 64 * 1024

/** A device's side of HTTP, on connections that others have accepted. */
export class HttpServer {
  private readonly service: HttpService
  private readonly server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
    this.receive(request, response),
  )

  constructor(private readonly responder: Responder) {
    this.service = createService(responder)
  }

  open(socket: Socket): void {
    const { secure } = this.responder.access
    const spoken = secure ? new TLSSocket(socket, { isServer: true, secureContext: selfSigned() }) : socket
    this.server.emit('connection', spoken)
  }

  forgetSessions(): void {
    this.service.forgetSessions()
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const { requests } = this.responder
    let unanswered = true
    const over = () => {
      if (unanswered) requests.ended()
      unanswered = false
    }
    requests.entered()
    response.once('close', over)
    const chunks: Buffer[] = []
    let length = 0
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > REQUEST_LIMIT_BYTES) request.destroy()
      else chunks.push(chunk)
    })
    request.on('end', () =>
      this.take(readRequest(request, Buffer.concat(chunks)), new ReplySender(response, this.responder, over)),
    )
  }

  private take(request: HttpRequest, sender: ReplySender): void {
    const { behaviours, timers, silent } = this.responder
    const reply = silent ? undefined : (this.refusal(request) ?? this.service.reply(request))
    if (!reply) return
    const latency = behaviours.get('latency')
    if (latency) timers.after(latency.latency_ms, () => sender.send(reply))
    else sender.send(reply)
  }

  private refusal(request: HttpRequest): HttpReply | undefined {
    const { behaviours } = this.responder
    const during = this.service.isInSession(request) ? 'request' : 'handshake'
    if (behaviours.get('forbid')?.when === during) return FORBIDDEN
    const limit = behaviours.get('page-above')?.bytes ?? Infinity
    return request.body.length > limit ? pageReply(200, 'Welcome') : undefined
  }
}

function createService(responder: Responder): HttpService {
  switch (responder.access.speaks) {
    case 'klap-1':
      return new KlapService(responder, 1)
    case 'klap-2':
      return new KlapService(responder, 2)
    case 'aes':
      return new AesService(responder)
    case 'tpap':
      return new TpapService(responder)
    case 'tpap-closed':
    case 'xor':
      return new ClosedTpapService(responder)
  }
}

function readRequest({ url = '/', headers, socket }: IncomingMessage, body: Buffer): HttpRequest {
  const [path = '/', query = ''] = url.split('?')
  const cookie = /(?:^|;\s*)TP_SESSIONID=([^;]*)/.exec(headers.cookie ?? '')?.[1]
  return { path, query: new URLSearchParams(query), cookie, body, port: socket.localPort ?? 0 }
}
