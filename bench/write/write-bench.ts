import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfluxd, whyNoInfluxd } from '../../test/support/influx-servers'
import { runChild } from '../support/child'
import { printGoals, type Goal } from '../support/goals'
import { readOptions, rotated, type BenchOptions } from '../support/options'
import { median, round } from '../support/statistics'
import type { WriteFigures, WriteTask } from './contender'
import { countPoints } from './influxd'
import type { Shape } from './samples'

interface Figures {
  readonly points_per_s: number
  readonly cpu_us_per_point: number
  readonly cpu_percent: number
  readonly longest_block_ms: number
  readonly longest_work_ms: number
  readonly rss_before_mb: number
  readonly rss_after_mb: number
  readonly rss_growth_mb: number
  /** Which the server does not have, of all turns. */
  readonly lost: number
}

type Results = Readonly<Record<string, Figures>>

const DATABASE = 'bench'

/** One contender on an influxd of its own, so that none inherits what the server still does for another. */
async function turn(name: string, shape: Shape, seconds: number): Promise<Figures> {
  const server = await startInfluxd()
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))
  try {
    await server.query(`CREATE DATABASE "${DATABASE}"`)
    const task: WriteTask = { url: server.url, database: DATABASE, folder, shape, seconds }
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
    longest_work_ms: figures.longest_work_ms,
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

async function compare(title: string, names: readonly string[], shape: Shape, options: BenchOptions): Promise<Results> {
  const turns = new Map(names.map((name) => [name, [] as Figures[]]))
  for (let index = 0; index < options.rounds; index++) {
    for (const name of rotated(names, index)) turns.get(name)?.push(await turn(name, shape, options.seconds))
  }
  const results = Object.fromEntries([...turns].map(([name, figures]) => [name, summary(figures)]))
  console.log(`\n${title}`)
  console.table(results)
  return results
}

function goals(results: Results): Goal[] {
  const rate = (name: string) => results[name]?.points_per_s ?? NaN
  const { spooled } = results
  const goal = (name: string, measured: number, limit: number): Goal => ({ name, measured, limit, limit_is: 'minimum' })
  return [
    goal('points a second', rate('spooled'), 150_000),
    goal('points a second / influxdb out', rate('spooled') / rate('influxdb-out'), 60),
    goal('points a second / influxdb batch', rate('spooled') / rate('influxdb-batch'), 1.3),
    goal('points a second / raw lines', rate('spooled') / rate('raw'), 0.45),
    { name: 'longest block of the event loop, ms', measured: spooled?.longest_block_ms ?? NaN, limit: 25 },
    { name: 'memory gained in a turn, MB', measured: spooled?.rss_growth_mb ?? NaN, limit: 50 },
    { name: 'points lost', measured: spooled?.lost ?? NaN, limit: 0 },
  ]
}

function nodeGoals(results: Results): Goal[] {
  const { 'kasa-write': node, 'influxdb-out': peer } = results
  const measured = (node?.points_per_s ?? NaN) / (peer?.points_per_s ?? NaN)
  return [
    { name: 'single messages a second / influxdb out', measured, limit: 20, limit_is: 'minimum' },
    { name: 'points lost by kasa-write', measured: node?.lost ?? NaN, limit: 0 },
  ]
}

/** Through the spool into a real influxd, beside the nodes that people use and the ceiling, taking turns. */
export async function writeBench(args: string[]): Promise<void> {
  const reason = whyNoInfluxd()
  if (reason) throw new Error(reason)
  const options = readOptions(args, { rounds: 3, seconds: 2 })
  const names = ['spooled', 'raw', 'influxdb-batch', 'influxdb-out']
  printGoals(goals(await compare('Points of 3 tags and 4 numbers', names, 'numbers', options)))
  const nodes = [...names, 'kasa-write', 'kasa-write-in-turn']
  const readings = await compare('Readings: 2 tags, 4 numbers and 3 texts', nodes, 'reading', options)
  printGoals([...goals(readings), ...nodeGoals(readings)])
}
