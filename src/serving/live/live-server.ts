import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../domain/clock'
import type { ApiOptions } from '../api-options'
import type { ApiSources } from '../api-sources'
import { problem } from '../problems/problem'
import { refuseUpgrade } from '../problems/refuse-upgrade'
import type { Caller } from '../protection/caller'
import type { Route } from '../routing/route'
import type { Live, LiveStatistics } from './live'

export interface LiveServerParts {
  readonly options: Pick<ApiOptions, 'live_clients' | 'keys'>
  readonly sources: Pick<ApiSources, 'devices' | 'incidents' | 'listen'>
  readonly clock: Clock
}

/** Tells clients of an API what happens, over WebSocket and server-sent events. */
export class LiveServer implements Live {
  readonly routes: readonly Route[] = []

  constructor(private readonly parts: LiveServerParts) {}

  start(): void {}

  stop(): void {}

  upgrade(_request: IncomingMessage, socket: Duplex, _head: Buffer, _path: string, _caller: Caller | undefined): void {
    refuseUpgrade(socket, problem(503, 'nothing is told live now'))
  }

  statistics(): LiveStatistics {
    return { websocket_clients: 0, event_clients: 0, messages: 0, frames: 0, dropped_clients: 0 }
  }
}
