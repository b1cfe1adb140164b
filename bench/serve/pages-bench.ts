import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { nextMessage, startChild, stopChild } from '../support/child'
import { printGoals, type Goal } from '../support/goals'
import type { BenchOptions } from '../support/options'
import { cpuOf_us } from '../support/process-figures'
import { compare, pairedRatio } from '../support/turns'
import { PAGE, QUERY, type BenchServer } from './bench-server'
import type { ClientsOrder, ClientsResult } from './run-clients'
import { DEVICE, PAGE_ROWS } from './stored-rows'

/** Of each contender, once: its code is compiled then. */
const WARM_UP = { clients: 10, seconds: 1 } as const
const GZIP = ['Accept-Encoding: gzip']

interface Contender {
  readonly path: string
  readonly headers: readonly string[]
}

/** Answers that were made before, and what makes them each time from what is in memory. */
const CACHED = {
  'kasa-api': { path: PAGE, headers: [] },
  'kasa-api gzip': { path: PAGE, headers: GZIP },
  'res.json': { path: `/bench/res-json${QUERY}`, headers: [] },
  'http in, function': { path: `/bench/flow${QUERY}`, headers: [] },
  'bare writeHead': { path: `/bench/bare${QUERY}`, headers: [] },
  'bare writeHead gzip': { path: `/bench/bare-gzip${QUERY}`, headers: GZIP },
} as const satisfies Record<string, Contender>

type Cached = keyof typeof CACHED

/** Answers that are read from the database each time. */
const UNCACHED = {
  'kasa-api': {
    path: `/kasa/readings?device_id=${DEVICE}&from={moment}&limit=${PAGE_ROWS}`,
    headers: [],
  },
  'http in, kasa-history': { path: '/bench/history-flow?from={moment}', headers: [] },
} as const satisfies Record<string, Contender>

/** By how many clients at a time. */
export interface PageClients {
  readonly cached: readonly number[]
  readonly uncached: readonly number[]
}

/** A page of 100 readings; what is measured is the CPU of Node-RED. */
export async function pagesBench(server: BenchServer, numbers: PageClients, options: BenchOptions): Promise<void> {
  const { rounds, seconds } = options
  const { child } = await startChild(join(__dirname, 'run-clients.js'), [String(server.port)])
  const turn = (clients: number, contender: Contender) => ask(server, child, { ...contender, clients, seconds })
  try {
    for (const contender of Object.values(CACHED)) await ask(server, child, { ...contender, ...WARM_UP })
    const goals: Goal[] = []
    for (const clients of numbers.cached) {
      const title = `A page of ${PAGE_ROWS} readings that was asked for before, ${clients} clients`
      const names = Object.keys(CACHED) as Cached[]
      const cpu_us = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Cached, number[]>
      await compare(title, names, rounds, async (name) => {
        const figures = await turn(clients, CACHED[name])
        cpu_us[name].push(figures.cpu_us)
        return figures
      })
      goals.push(...goalsOf(clients, cpu_us))
    }
    printGoals(goals)
    for (const clients of numbers.uncached) {
      const title = `A page of ${PAGE_ROWS} readings that nobody has asked for, ${clients} clients`
      const names = Object.keys(UNCACHED) as (keyof typeof UNCACHED)[]
      await compare(title, names, rounds, (name) => turn(clients, UNCACHED[name]))
    }
  } finally {
    await stopChild(child)
  }
}

async function ask(server: BenchServer, child: ChildProcess, order: ClientsOrder) {
  const begun = nextMessage(child)
  child.send(order)
  await begun
  const before_us = cpuOf_us(server.pid)
  const { answers, failures, seconds, p50_ms, p99_ms } = await nextMessage<ClientsResult>(child)
  const cpu_us = (cpuOf_us(server.pid) - before_us) / answers
  return { cpu_us, answers_per_s: answers / seconds, p50_ms, p99_ms, max_failures: failures }
}

/** @param cpu_us by contender, of each round */
function goalsOf(clients: number, cpu_us: Readonly<Record<Cached, readonly number[]>>): Goal[] {
  const ratio = (peer: Cached, ours: Cached) => pairedRatio(cpu_us[peer], cpu_us[ours])
  const goal = (name: string, measured: number, limit: number): Goal => {
    return { name: `${clients} clients: ${name}`, measured, limit, limit_is: 'minimum' }
  }
  return [
    goal('x res.json', ratio('res.json', 'kasa-api'), 2.5),
    goal('x res.json, gzip', ratio('res.json', 'kasa-api gzip'), 2.5),
    goal('of a bare writeHead', ratio('bare writeHead', 'kasa-api'), 0.9),
    goal('of a bare writeHead, gzip', ratio('bare writeHead gzip', 'kasa-api gzip'), 0.9),
  ]
}
