import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { printGoals } from '../support/goals'
import { memoryOf_mb } from '../support/process-figures'
import { round } from '../support/statistics'
import type { BenchServer } from './bench-server'
import { ROWS } from './stored-rows'

const FEW_ROWS = 1000
const WARM_UPS = 20
const LOOK_EVERY_MS = 20
/** Garbage is collected for each look. */
const LOOK_AT_USED_EVERY_MS = 1000
const SLOW_MB_PER_S = 4
/** What a collection of garbage leaves alone for a while; the file that goes out is larger. */
const FLAT_RSS_MB = 30
const FLAT_USED_MB = 5

interface Streamed {
  readonly rows: number
  readonly mb: number
  readonly seconds: number
  /** Memory of Node-RED beyond what it had before, at most. */
  readonly more_rss_mb?: number
  /** Of it what lives, after collections of garbage. */
  readonly more_used_mb?: number
}

/** Many rows as CSV take no more memory than a few, however slowly they are read. */
export async function csvBench(server: BenchServer): Promise<void> {
  for (let turn = 0; turn < WARM_UPS; turn++) await stream(server, FEW_ROWS)
  const results = {
    [`${FEW_ROWS} rows`]: await stream(server, FEW_ROWS),
    [`${ROWS} rows`]: await stream(server, ROWS),
    [`${ROWS} rows, read slowly`]: await stream(server, ROWS, { mb_per_s: SLOW_MB_PER_S }),
    [`${ROWS} rows, read slowly, what lives`]: await stream(server, ROWS, { mb_per_s: SLOW_MB_PER_S, used: true }),
  }
  console.log('\nReadings as CSV')
  console.table(results)
  const most = Math.max(...Object.values(results).map(({ more_rss_mb = 0 }) => more_rss_mb))
  const lives = Math.max(...Object.values(results).map(({ more_used_mb = 0 }) => more_used_mb))
  printGoals([
    { name: 'MB more while it streams', measured: most, limit: FLAT_RSS_MB },
    { name: 'MB more of what lives', measured: lives, limit: FLAT_USED_MB },
  ])
}

interface Reading {
  /** Default: as fast as it comes. */
  readonly mb_per_s?: number
  /** Look at what lives instead. */
  readonly used?: boolean
}

async function stream(server: BenchServer, rows: number, { mb_per_s, used = false }: Reading = {}): Promise<Streamed> {
  const look = used ? () => server.used_mb() : () => Promise.resolve(memoryOf_mb(server.pid))
  const before_mb = await look()
  let most_mb = before_mb
  const begin = performance.now()
  const reading = readAll(server, rows, mb_per_s)
  let isOver = false
  const watch = async () => {
    while (!isOver) {
      most_mb = Math.max(most_mb, await look())
      await pause(used ? LOOK_AT_USED_EVERY_MS : LOOK_EVERY_MS)
    }
  }
  const watching = watch()
  const { bytes, lines } = await reading
  isOver = true
  await watching
  const seconds = round((performance.now() - begin) / 1000)
  const more = round(most_mb - before_mb, 1)
  const figures = { rows: lines - 1, mb: round(bytes / 1e6, 1), seconds }
  return used ? { ...figures, more_used_mb: more } : { ...figures, more_rss_mb: more }
}

async function readAll(server: BenchServer, rows: number, mb_per_s = Infinity) {
  const path = `/kasa/readings?from=-12h&limit=${rows}&format=csv`
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path, agent: false }, resolve).on('error', reject)
  })
  const begin = performance.now()
  let [bytes, lines] = [0, 0]
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length
    for (const byte of piece) if (byte === 10) lines++
    const early_ms = bytes / mb_per_s / 1000 - (performance.now() - begin)
    if (early_ms > 0) await pause(early_ms)
  }
  return { bytes, lines }
}
