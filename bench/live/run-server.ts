import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { systemClock } from '../../src/domain/clock'
import type { Reading } from '../../src/domain/reading'
import { parseApiOptions } from '../../src/serving/api-options'
import type { ApiSources } from '../../src/serving/api-sources'
import { createApi, ownCache } from '../../src/serving/create-api'
import { NO_SOURCES } from '../../test/support/api-server'
import { readingOf } from '../cache/readings'
import { cpuSince_us } from '../support/statistics'

// Readings that are told to all who are connected, in a process of its own: `run-server NAME`. Gets one order, ends with its parent.

const READINGS_PER_S = 1000
const TICK_MS = 10
/** Code is compiled then, in threads of its own. */
const WARM_UP_S = 2
/** What was gathered goes out by then. */
const SETTLE_MS = 500
const DEVICES = 1000

export interface LiveOrder {
  readonly seconds: number
}

export interface LiveResult {
  readonly cpu_us: number
  /** In the time that was measured. */
  readonly readings: number
  /** With those before. */
  readonly all_readings: number
}

type Tell = (reading: Reading) => void

const CONTENDERS = {
  /** What it costs to make them. */
  'told to nobody': () => () => undefined,
  'kasa-api': ofApi,
  'one per frame': (server: Server) => ofSockets(server, (reading) => () => JSON.stringify(reading)),
  'one per frame, encoded once': (server: Server) => {
    return ofSockets(server, (reading) => {
      const text = JSON.stringify(reading)
      return () => text
    })
  },
} as const satisfies Record<string, (server: Server) => Tell>
export type LiveName = keyof typeof CONTENDERS

function ofApi(server: Server): Tell {
  const listeners = new Set<Parameters<ApiSources['listen']>[0]>()
  const sources: ApiSources = {
    ...NO_SOURCES,
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const own = { identity: 'bench', instance: 'bench', keys: [], is_behind_login: false, origins: [] }
  const options = { ...parseApiOptions({ live_clients: 1000 }), ...own }
  const cache = ownCache(systemClock, Math.random)
  const api = createApi({ options, path: '', sources, cache, clock: systemClock, report: console.error })
  api.start()
  server.on('upgrade', (request, socket, head) => api.upgrade(request, socket, head, request.url ?? ''))
  return (reading) => {
    for (const listener of listeners) listener.onReading?.(reading)
  }
}

/** As a flow with a *websocket out* does it: a message for each reading. */
function ofSockets(server: Server, textsOf: (reading: Reading) => () => string): Tell {
  const { clients } = new WebSocketServer({ server })
  return (reading) => {
    const text = textsOf(reading)
    for (const client of clients) client.send(text())
  }
}

async function main(): Promise<void> {
  const server = createServer()
  const tell = CONTENDERS[process.argv[2] as LiveName](server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.on('message', ({ seconds }: LiveOrder) => {
    void measured(tell, seconds).then((result) => process.send?.(result))
  })
  process.send?.((server.address() as AddressInfo).port)
}

async function measured(tell: Tell, seconds: number): Promise<LiveResult> {
  const before = await telling(tell, WARM_UP_S)
  const cpu = process.cpuUsage()
  const readings = await telling(tell, seconds)
  return { cpu_us: cpuSince_us(cpu), readings, all_readings: before + readings }
}

/** Returns how many were told, as many as are due at any time. */
async function telling(tell: Tell, seconds: number): Promise<number> {
  const begin_ms = performance.now()
  let told = 0
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed_ms = Math.min(performance.now() - begin_ms, seconds * 1000)
      for (const due = (elapsed_ms / 1000) * READINGS_PER_S; told < due; told++) {
        tell(readingOf(told % DEVICES, told))
      }
      if (elapsed_ms < seconds * 1000) return
      clearInterval(timer)
      setTimeout(() => resolve(told), SETTLE_MS)
    }, TICK_MS)
  })
}

process.on('disconnect', () => process.exit(0))
void main()
