import { cpuSince_us } from '../support/statistics'
import type { Contender, PollFigures, PollTask } from './contender'
import { BareTcp } from './contenders/bare-tcp'
import { Engine } from './contenders/engine'
import { SmarthomeApi } from './contenders/smarthome-api'

// One turn of one contender in a process of its own: `run-contender NAME SECONDS TASK`.

const CONTENDERS: Readonly<Record<string, () => Contender>> = {
  engine: () => new Engine('tcp'),
  'engine-udp': () => new Engine('udp'),
  'api-tcp': () => new SmarthomeApi('tcp'),
  'api-udp': () => new SmarthomeApi('udp'),
  'bare-tcp': () => new BareTcp(),
}

/** Enough for connections and the compiler to settle. */
const WARM_UP_MS = 1500

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

async function main(): Promise<void> {
  const [name = '', seconds = '3', text = '{}'] = process.argv.slice(2)
  const make = CONTENDERS[name]
  if (!make) throw new Error(`no contender ${name}`)
  const contender = make()
  await contender.start(JSON.parse(text) as PollTask)
  await pause(WARM_UP_MS)
  const begin = performance.now()
  const cpu = process.cpuUsage()
  const before = contender.completed()
  await pause(Number(seconds) * 1000)
  const figures: PollFigures = {
    polls: contender.completed() - before,
    cpu_us: cpuSince_us(cpu),
    seconds: (performance.now() - begin) / 1000,
    rss_bytes: process.memoryUsage().rss,
  }
  await contender.stop()
  process.send?.(figures, () => process.exit(0))
}

void main()
