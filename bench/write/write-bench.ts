import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfluxd, whyNoInfluxd } from '../../test/support/influx-servers'
import { runChild } from '../support/child'
import { printGoals, type Goal } from '../support/goals'
import { readOptions, rotated } from '../support/options'
import { median, round } from '../support/statistics'
import type { WriteFigures, WriteTask } from './contender'
import { countPoints } from './influxd'

interface Figures {
  readonly points_per_s: number
  readonly cpu_us_per_point: number
  readonly cpu_percent: number
  readonly longest_block_ms: number
  readonly rss_before_mb: number
  readonly rss_after_mb: number
  readonly rss_growth_mb: number
  /** Which the server does not have, of all turns. */
  readonly lost: number
}

const CONTENDERS = ['spooled', 'raw', 'influxdb-batch', 'influxdb-out', 'kasa-write', 'kasa-write-in-turn'] as const
type Name = (typeof CONTENDERS)[number]
type Results = Record<Name, Figures>

const DATABASE = 'bench'

/** One contender on an influxd of its own, so that none inherits what the server still does for another. */
async function turn(name: Name, seconds: number): Promise<Figures> {
  const server = await startInfluxd()
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))
  try {
    await server.query(`CREATE DATABASE "${DATABASE}"`)
    const task: WriteTask = { url: server.url, database: DATABASE, folder, seconds }
    const script = join(__dirname, 'run-contender.js')
    const figures = await runChild<WriteFigures>(script, [name, JSON.stringify(task)])
    return figuresOf(figures, await countPoints(task))
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function figuresOf(figures: WriteFigures, stored: number): Figures {
  return {
    points_per_s: figures.points / figures.seconds,
    cpu_us_per_point: figures.cpu_us / figures.points,
    cpu_percent: figures.cpu_us / figures.seconds / 1e4,
    longest_block_ms: figures.longest_block_ms,
    rss_before_mb: figures.rss_before_bytes / 1e6,
    rss_after_mb: figures.rss_after_bytes / 1e6,
    rss_growth_mb: (figures.rss_after_bytes - figures.rss_before_bytes) / 1e6,
    lost: figures.points_in_all - stored,
  }
}

function summary(turns: readonly Figures[]): Figures {
  const keys = Object.keys(turns[0] as Figures) as (keyof Figures)[]
  const medians = Object.fromEntries(keys.map((key) => [key, round(median(turns.map((figures) => figures[key])))]))
  return { ...(medians as unknown as Figures), lost: turns.reduce((sum, { lost }) => sum + lost, 0) }
}

function goals(results: Results): Goal[] {
  const rate = (name: Name, other: Name) => results[name].points_per_s / results[other].points_per_s
  const { spooled } = results
  return [
    { name: 'points a second', measured: spooled.points_per_s, limit: 150_000, limit_is: 'minimum' },
    {
      name: 'points a second / influxdb out',
      measured: rate('spooled', 'influxdb-out'),
      limit: 60,
      limit_is: 'minimum',
    },
    {
      name: 'points a second / influxdb batch',
      measured: rate('spooled', 'influxdb-batch'),
      limit: 1.3,
      limit_is: 'minimum',
    },
    { name: 'points a second / raw lines', measured: rate('spooled', 'raw'), limit: 0.45, limit_is: 'minimum' },
    { name: 'longest block of the event loop, ms', measured: spooled.longest_block_ms, limit: 25 },
    { name: 'memory gained in a turn, MB', measured: spooled.rss_growth_mb, limit: 50 },
    {
      name: 'single messages a second / influxdb out',
      measured: rate('kasa-write', 'influxdb-out'),
      limit: 20,
      limit_is: 'minimum',
    },
    { name: 'points lost', measured: spooled.lost + results['kasa-write'].lost, limit: 0 },
  ]
}

/** Readings into a real influxd through the spool, beside the nodes that people use and the ceiling, taking turns. */
export async function writeBench(args: string[]): Promise<void> {
  const reason = whyNoInfluxd()
  if (reason) throw new Error(reason)
  const { rounds, seconds } = readOptions(args, { rounds: 3 })
  const turns = Object.fromEntries(CONTENDERS.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let index = 0; index < rounds; index++) {
    for (const name of rotated(CONTENDERS, index)) turns[name].push(await turn(name, seconds))
  }
  const results = Object.fromEntries(CONTENDERS.map((name) => [name, summary(turns[name])])) as Results
  console.log('\nReadings into InfluxDB 1.6.7 on loopback')
  console.table(results)
  printGoals(goals(results))
}
