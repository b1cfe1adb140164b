import { Secret } from '../../src/domain/secret'
import { ACCOUNT } from '../klap/account'
import { TapoConnect } from '../klap/tapo-connect'
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
  'engine-klap': () => new Engine('tcp', { username: ACCOUNT.username, password: new Secret(ACCOUNT.password) }),
  'tapo-connect-state': () => new TapoConnect('state'),
  'tapo-connect-energy': () => new TapoConnect('energy'),
}

/** Until connections and the compiler have settled: so many polls, or so long, whichever comes first. */
const WARM_UP = { polls: 20_000, longest_ms: 8000, shortest_ms: 1000 } as const

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

async function warmUp(contender: Contender): Promise<void> {
  const begin = performance.now()
  const elapsed_ms = () => performance.now() - begin
  do await pause(100)
  while (
    elapsed_ms() < WARM_UP.shortest_ms ||
    (contender.completed() < WARM_UP.polls && elapsed_ms() < WARM_UP.longest_ms)
  )
}

async function main(): Promise<void> {
  const [name = '', seconds = '3', text = '{}'] = process.argv.slice(2)
  const make = CONTENDERS[name]
  if (!make) throw new Error(`no contender ${name}`)
  const contender = make()
  await contender.start(JSON.parse(text) as PollTask)
  await warmUp(contender)
  const begin = performance.now()
  const cpu = process.cpuUsage()
  const before = contender.completed()
  await pause(Number(seconds) * 1000)
  const figures: PollFigures = {
    polls: contender.completed() - before,
    polls_in_all: contender.completed(),
    cpu_us: cpuSince_us(cpu),
    seconds: (performance.now() - begin) / 1000,
    rss_bytes: process.memoryUsage().rss,
  }
  await contender.stop()
  process.send?.(figures, () => process.exit(0))
}

void main()
