import { join } from 'node:path'
import { nextMessage, runChild, startChild, stopChild } from '../support/child'
import { printGoals, type Goal } from '../support/goals'
import { readOptions, rotated, type BenchOptions } from '../support/options'
import { median, round } from '../support/statistics'
import type { PollFigures, PollTask } from './contender'
import type { IdleFigures } from './idle-memory'

interface Host {
  readonly connections: number
  readonly requests: number
  readonly maximum_in_flight: number
}

interface Figures {
  readonly polls_per_s: number
  readonly cpu_us_per_poll: number
  readonly cpu_percent: number
  readonly rss_mb: number
  readonly connections_per_1000_polls: number
  readonly maximum_in_flight: number
}

const CONTENDERS = ['engine', 'api-tcp', 'api-udp', 'bare-tcp'] as const
type Name = (typeof CONTENDERS)[number]
type Results = Record<Name, Figures>
type Task = Omit<PollTask, 'port'>

const script = (name: string) => join(__dirname, `${name}.js`)

function hostsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.10.${index >> 8}.${index & 255}`)
}

function startDevices(count: number, first = 0, port = 0) {
  return startChild<number>(script('device-host'), [count, 0, first, port].map(String))
}

async function turn(name: Name, task: Task, seconds: number): Promise<Figures> {
  const { child, hello: port } = await startDevices(task.hosts.length)
  const text = JSON.stringify({ ...task, port } satisfies PollTask)
  const polls = await runChild<PollFigures>(script('run-contender'), [name, String(seconds), text])
  child.send('statistics')
  const host = await nextMessage<Host>(child)
  await stopChild(child)
  return {
    polls_per_s: polls.polls / polls.seconds,
    cpu_us_per_poll: polls.cpu_us / polls.polls,
    cpu_percent: polls.cpu_us / polls.seconds / 1e4,
    rss_mb: polls.rss_bytes / 1e6,
    connections_per_1000_polls: (1000 * Math.max(0, host.connections - task.hosts.length)) / host.requests,
    maximum_in_flight: host.maximum_in_flight,
  }
}

async function compare(title: string, task: Task, options: BenchOptions): Promise<Results> {
  const turns = Object.fromEntries(CONTENDERS.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let index = 0; index < options.rounds; index++) {
    for (const name of rotated(CONTENDERS, index)) turns[name].push(await turn(name, task, options.seconds))
  }
  const results = Object.fromEntries(CONTENDERS.map((name) => [name, medians(turns[name])])) as Results
  console.log(`\n${title}`)
  console.table(results)
  return results
}

function medians(turns: readonly Figures[]): Figures {
  const keys = Object.keys(turns[0] as Figures) as (keyof Figures)[]
  const rows = keys.map((key) => [key, round(median(turns.map((figures) => figures[key])))])
  return Object.fromEntries(rows) as Figures
}

function costGoals(results: Results): Goal[] {
  const cpu = (name: Name) => results.engine.cpu_us_per_poll / results[name].cpu_us_per_poll
  return [
    { name: 'CPU per poll / peer over TCP', measured: cpu('api-tcp'), limit: 0.25 },
    { name: 'CPU per poll / peer over shared UDP', measured: cpu('api-udp'), limit: 0.8 },
    { name: 'CPU per poll / bare kept socket', measured: cpu('bare-tcp'), limit: 1.4 },
    { name: 'new connections per 1,000 steady polls', measured: results.engine.connections_per_1000_polls, limit: 1 },
    { name: 'requests in flight at one device', measured: results.engine.maximum_in_flight, limit: 1 },
  ]
}

function rateGoals(results: Results): Goal[] {
  const rate = (name: Name) => results.engine.polls_per_s / results[name].polls_per_s
  return [
    { name: 'polls a second / peer over TCP', measured: rate('api-tcp'), limit: 4, limit_is: 'minimum' },
    { name: 'polls a second / peer over shared UDP', measured: rate('api-udp'), limit: 1.2, limit_is: 'minimum' },
    { name: 'polls a second / bare kept socket', measured: rate('bare-tcp'), limit: 0.7, limit_is: 'minimum' },
  ]
}

function steadyGoals(results: Results): Goal[] {
  const cpu = (name: Name) => results.engine.cpu_us_per_poll / results[name].cpu_us_per_poll
  return [
    { name: 'CPU / peer over TCP', measured: cpu('api-tcp'), limit: 0.4 },
    { name: 'CPU / bare kept socket', measured: cpu('bare-tcp'), limit: 1.7 },
  ]
}

/** The whole engine beside its peer and the ceiling of Node.js, taking turns, each in a process of its own. */
export async function pollBench(args: string[]): Promise<void> {
  const options = readOptions(args)
  // At a rate: the schedule asks a device again a tick of 10 ms later at the soonest, so that few devices never run flat out.
  const few: Task = { hosts: hostsOf(100), concurrency: 100, rate: 4000 }
  printGoals(costGoals(await compare('100 devices, 4,000 polls a second', few, options)))
  const task: Task = { hosts: hostsOf(1000), concurrency: 64, rate: 'closed' }
  const many = await compare('1,000 devices, 64 at a time, as fast as it goes', task, options)
  printGoals([...costGoals(many), ...rateGoals(many)])
  const steady: Task = { ...task, rate: 1000 }
  printGoals(steadyGoals(await compare('1,000 devices, 1,000 polls a second', steady, options)))
  await idleMemory()
}

/** Idle devices, each with its open socket. Their hosts are shared by two processes, for the limit of open files. */
async function idleMemory(): Promise<void> {
  const [few, many] = [2000, 10_000]
  const { child: one, hello: port } = await startDevices(many / 2)
  const { child: other } = await startDevices(many / 2, many / 2, port)
  const results: Record<string, IdleFigures> = {}
  for (const name of ['engine', 'bare-tcp']) {
    results[name] = await runChild(script('idle-memory'), [name, few, many, port].map(String), ['--expose-gc'])
  }
  await Promise.all([stopChild(one), stopChild(other)])
  console.log(`\nMemory of idle devices with open sockets, KB per device; "extra": from ${few} devices to ${many}`)
  console.table(results)
  const extra = results.engine?.extra_rss_kb ?? NaN
  printGoals([{ name: 'KB per extra idle device, socket and state included', measured: extra, limit: 8 }])
}
