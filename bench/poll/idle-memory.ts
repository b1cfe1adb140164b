import { connect, type Socket } from 'node:net'
import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'
import { round } from '../support/statistics'

// Memory that idle devices add to a process, sockets open and first readings in: `idle-memory NAME FEW MANY PORT`, with
// --expose-gc. What a first burst of work leaves behind (compiled code, a grown young generation) is no cost of a
// device; the step from FEW to MANY leaves it out.

export interface IdleFigures {
  /** Per device of the step from few to many. */
  readonly extra_rss_kb: number
  readonly extra_heap_kb: number
  /** Per device of all, start-up included. */
  readonly whole_rss_kb: number
}

/** Something that holds connections to devices and asks them next to nothing. */
interface Holder {
  add(host: string, port: number, in_ms: number): void
  open(): number
}

const SPREAD_PER_HOST_MS = 3
const LONGEST_WAIT_S = 120
const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

const HOLDERS: Readonly<Record<string, () => Promise<Holder>>> = {
  async engine() {
    const fleet = new Fleet({
      integrations: [kasa],
      hosts: [],
      interval: { minimum_ms: 60_000, maximum_ms: 3_600_000 },
    })
    let online = 0
    fleet.subscribe({ onEvent: ({ event }) => void (event === 'online' && online++) })
    await fleet.start()
    return { add: (host, port, in_ms) => fleet.add({ host, port }, in_ms), open: () => online }
  },
  /** The floor: sockets and nothing else. */
  'bare-tcp'() {
    const sockets: Socket[] = []
    const onread = { buffer: Buffer.alloc(65_536), callback: () => true }
    const add = (host: string, port: number) => {
      const socket = connect({ host, port, noDelay: true, onread })
      socket.once('connect', () => sockets.push(socket))
    }
    const later = (host: string, port: number, in_ms: number) => void setTimeout(add, in_ms, host, port)
    return Promise.resolve({ add: later, open: () => sockets.length })
  },
}

function memory(): { rss: number; heapUsed: number } {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage()
}

async function fill(holder: Holder, from: number, to: number, port: number) {
  for (let index = from; index < to; index++) {
    holder.add(`127.10.${index >> 8}.${index & 255}`, port, (index - from) * SPREAD_PER_HOST_MS)
  }
  for (let waited = 0; holder.open() < to; waited++) {
    if (waited > LONGEST_WAIT_S) throw new Error(`${holder.open()} of ${to} devices are connected after two minutes`)
    await pause(1000)
  }
  await pause(2000)
  return memory()
}

async function main(): Promise<void> {
  const [name = '', ...numbers] = process.argv.slice(2)
  const [few, many, port] = numbers.map(Number) as [number, number, number]
  const make = HOLDERS[name]
  if (!make) throw new Error(`no holder ${name}`)
  const holder = await make()
  await pause(500)
  const start = memory()
  const before = await fill(holder, 0, few, port)
  const after = await fill(holder, few, many, port)
  const figures: IdleFigures = {
    extra_rss_kb: round((after.rss - before.rss) / (many - few) / 1024),
    extra_heap_kb: round((after.heapUsed - before.heapUsed) / (many - few) / 1024),
    whole_rss_kb: round((after.rss - start.rss) / many / 1024),
  }
  process.send?.(figures, () => process.exit(0))
}

void main()
