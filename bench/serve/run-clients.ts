import { RawClient } from '../support/raw-client'
import { percentile } from '../support/statistics'

// Clients in a process of their own, so that the CPU of the server is its own: `run-clients PORT`. Gets orders, ends with its parent.

const WARM_UP_S = 0.3

export interface ClientsOrder {
  /** `{moment}` stands for a number that is another one in each request. */
  readonly path: string
  readonly headers: readonly string[]
  readonly clients: number
  readonly seconds: number
}

export interface ClientsResult {
  readonly answers: number
  readonly failures: number
  readonly seconds: number
  readonly p50_ms: number
  readonly p99_ms: number
}

const port = Number(process.argv[2])
let moment = Date.now() - 86_400_000

process.on('message', (order: ClientsOrder) => void run(order))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function run(order: ClientsOrder): Promise<void> {
  const clients = Array.from({ length: order.clients }, () => new RawClient(port))
  await ask(clients, order, WARM_UP_S)
  process.send?.('begun')
  const result = await ask(clients, order, order.seconds)
  for (const client of clients) client.close()
  process.send?.(result)
}

/** Each asks again when it has its answer. */
async function ask(clients: readonly RawClient[], order: ClientsOrder, seconds: number): Promise<ClientsResult> {
  const begin = performance.now()
  const durations: number[] = []
  let failures = 0
  const askOn = async (client: RawClient) => {
    for (let now = performance.now(); now - begin < seconds * 1000; now = performance.now()) {
      const status = await client.ask(requestOf(order))
      durations.push(performance.now() - now)
      if (status !== 200) failures++
    }
  }
  await Promise.all(clients.map(askOn))
  return {
    ...{ answers: durations.length, failures, seconds: (performance.now() - begin) / 1000 },
    ...{ p50_ms: percentile(durations, 50), p99_ms: percentile(durations, 99) },
  }
}

function requestOf({ path, headers }: ClientsOrder): string {
  const target = path.replace('{moment}', String(moment++))
  return [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, '', ''].join('\r\n')
}
