import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Cache } from '../cache/cache'
import type { Clock } from '../domain/clock'
import type { ApiOptions } from './api-options'
import type { ApiSources } from './api-sources'
import type { ApiStatistics } from './api-statistics'
import type { Live } from './live/live'
import type { Route } from './routing/route'

export interface ApiParts {
  readonly options: ApiOptions
  readonly sources: ApiSources
  readonly routes: readonly Route[]
  /** Where answers are kept, encoded. Started and stopped by whoever has made it. */
  readonly cache: Cache
  readonly live?: Live
  readonly clock: Clock
}

/** Answers requests over HTTP, of whatever server it is given them by. */
export class Api {
  constructor(private readonly parts: ApiParts) {}

  start(): void {
    this.parts.live?.start()
  }

  /** Ends what is under way. May be called twice. */
  stop(): void {
    this.parts.live?.stop()
  }

  /** @param target below the API's own path, with the query: `/devices?state=online` */
  handle(_request: IncomingMessage, response: ServerResponse, _target: string): void {
    response.writeHead(503).end()
  }

  /** Takes the socket. @param target as in `handle` */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, target: string): void {
    const { live } = this.parts
    if (live) live.upgrade(request, socket, head, target, undefined)
    else socket.destroy()
  }

  statistics(): ApiStatistics {
    throw new Error('to come')
  }
}
