import { join } from 'node:path'
import { nextMessage, runChild, startChild, stopChild } from '../support/child'
import { printGoals } from '../support/goals'
import { readOptions, rotated } from '../support/options'
import { median, round } from '../support/statistics'
import type { PollFigures, PollTask } from '../poll/contender'
import { cryptoCost_us } from './crypto-cost'
import type { KlapHostStatistics } from './klap-host'

const DEVICES = 1000
const CONTENDERS = ['engine-klap', 'tapo-connect-state', 'tapo-connect-energy'] as const
type Name = (typeof CONTENDERS)[number]

/** What the engine asks an energy plug at each poll. */
const POLL_REQUEST = JSON.stringify({
  method: 'multipleRequest',
  params: { requests: ['get_device_info', 'get_emeter_data', 'get_energy_usage'].map((method) => ({ method })) },
})

interface Figures {
  readonly polls_per_s: number
  readonly cpu_us_per_poll: number
  readonly requests_per_poll: number
  readonly handshakes_per_device: number
  readonly connections_per_device: number
  readonly rss_mb: number
}

async function turn(name: Name, seconds: number): Promise<Figures> {
  const { child, hello: port } = await startChild<number>(join(__dirname, 'klap-host.js'), [String(DEVICES)])
  try {
    const hosts = Array.from({ length: DEVICES }, (_, index) => `127.11.${index >> 8}.${index & 255}`)
    const task: PollTask = { hosts, port, concurrency: 64, rate: 'closed' }
    const script = join(__dirname, '..', 'poll', 'run-contender.js')
    const polls = await runChild<PollFigures>(script, [name, String(seconds), JSON.stringify(task)])
    child.send('statistics')
    return figuresOf(polls, await nextMessage<KlapHostStatistics>(child))
  } finally {
    await stopChild(child)
  }
}

function figuresOf(polls: PollFigures, host: KlapHostStatistics): Figures {
  return {
    polls_per_s: polls.polls / polls.seconds,
    cpu_us_per_poll: polls.cpu_us / polls.polls,
    requests_per_poll: host.requests / polls.polls_in_all,
    handshakes_per_device: host.handshakes / DEVICES,
    connections_per_device: host.connections / DEVICES,
    rss_mb: polls.rss_bytes / 1e6,
  }
}

function medians(turns: readonly Figures[]): Figures {
  const keys = Object.keys(turns[0] as Figures) as (keyof Figures)[]
  return Object.fromEntries(keys.map((key) => [key, round(median(turns.map((figures) => figures[key])))])) as never
}

/** A fleet of energy plugs that speak KLAP: the whole engine beside `tp-link-tapo-connect`, taking turns. */
export async function klapBench(args: string[]): Promise<void> {
  const { rounds, seconds } = readOptions(args)
  const turns = Object.fromEntries(CONTENDERS.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let index = 0; index < rounds; index++) {
    for (const name of rotated(CONTENDERS, index)) turns[name].push(await turn(name, seconds))
  }
  const results = Object.fromEntries(CONTENDERS.map((name) => [name, medians(turns[name])])) as Record<Name, Figures>
  console.log(`\n${DEVICES} devices over KLAP, 64 at a time, as fast as it goes`)
  console.table(results)
  const engine = results['engine-klap']
  const crypto_us = cryptoCost_us(POLL_REQUEST)
  const share = round((100 * crypto_us) / engine.cpu_us_per_poll, 1)
  console.log(`Cryptography of one poll: ${round(crypto_us)} µs of CPU, ${share} % of the engine's poll`)
  printGoals([
    {
      name: 'CPU per poll / peer, state alone: one request',
      measured: engine.cpu_us_per_poll / results['tapo-connect-state'].cpu_us_per_poll,
      limit: 0.55,
    },
    {
      name: 'CPU per poll / peer, the same data: two requests',
      measured: engine.cpu_us_per_poll / results['tapo-connect-energy'].cpu_us_per_poll,
      limit: 0.55,
    },
    { name: 'handshakes per device and session', measured: engine.handshakes_per_device, limit: 1 },
  ])
}
