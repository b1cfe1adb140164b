import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../domain/clock'
import { invalid, toMonitorError } from '../../domain/errors'
import { RateLimit } from '../protection/rate-limit'
import type { LiveFilter } from './filter'
import { filterIn, LONGEST_MESSAGE_BYTES } from './filter-message'
import type { Frames } from './frames'
import type { LiveClient } from './live-client'
import type { LiveClients } from './live-clients'
import { loadLibrary } from './websocket-library'
import { WebSocketWire } from './websocket-wire'

/** Of one client, pings included: each is answered. */
const MESSAGES_PER_MIN = 60
/** Code of RFC 6455. */
const POLICY_VIOLATED = 1008

export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly filter: LiveFilter
  /** Takes the seat; returns how to give it back. */
  readonly seat: () => () => void
}

/** Where clients come in over WebSocket. */
export class WebSocketDoor {
  private server: WebSocketServer | undefined
  private last = 0
  private readonly rate: RateLimit

  constructor(
    private readonly clients: LiveClients,
    private readonly frames: Frames,
    private readonly clock: Clock,
  ) {
    this.rate = new RateLimit(MESSAGES_PER_MIN, clock)
  }

  /** What is no upgrade to WebSocket, the library answers itself. @throws MonitorError `LIVE_UNSUPPORTED` */
  open({ request, socket, head, filter, seat }: Upgrade): void {
    this.server ??= newServer()
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const wire = new WebSocketWire(webSocket, socket, this.clock)
      this.welcome(webSocket, this.clients.add(wire, filter, 'connected', seat()))
    })
  }

  private welcome(webSocket: WebSocket, client: LiveClient): void {
    // What a client does wrong ends its connection, and is nobody else's matter.
    webSocket.on('error', () => undefined)
    const name = String(++this.last)
    webSocket.on('close', () => this.clients.remove(client))
    webSocket.on('message', (data, isBinary) => this.admits(client, name) && this.hear(client, data, isBinary))
    webSocket.on('ping', (data) => this.admits(client, name) && webSocket.pong(data))
  }

  private admits(client: LiveClient, name: string): boolean {
    const { is_allowed } = this.rate.take(name)
    if (!is_allowed) this.clients.drop(client, POLICY_VIOLATED, `more than ${MESSAGES_PER_MIN} messages in a minute`)
    return is_allowed
  }

  private hear(client: LiveClient, data: RawData, isBinary: boolean): void {
    try {
      if (isBinary || !Buffer.isBuffer(data)) throw invalid('INPUT_INVALID', 'message', 'bytes', 'text')
      this.clients.refilter(client, filterIn(data.toString()))
    } catch (thrown) {
      client.send(this.frames.error(toMonitorError(thrown)))
    }
  }
}

function newServer(): WebSocketServer {
  const { WebSocketServer: Server } = loadLibrary()
  return new Server({
    noServer: true,
    clientTracking: false,
    // It would end a client that sends many at once without a word, sometimes before we tell why.
    autoPong: false,
    maxPayload: LONGEST_MESSAGE_BYTES,
    // It would compress for each client apart what is encoded once for all, and hold memory for each.
    perMessageDeflate: false,
  })
}
