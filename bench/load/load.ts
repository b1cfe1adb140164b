import { round } from '../support/statistics'
import type { Figures, Held, LoadHome } from './home'
import type { LOAD, OptionsOf } from './options'
import { newReport, type Report, type Row } from './report'
import type { Asked } from './tally'

/** Whoever looks at a page waits no longer. */
export const PATIENCE_MS = 1000
const SHOWN = [
  ...['polls_per_s', 'poll_failures_pct', 'poll_p95_ms', 'poll_lateness_p99_ms'],
  ...['event_loop_delay_ms', 'event_loop_busy_pct', 'process_cpu_pct', 'heap_mb'],
  ...['database_writes_per_s', 'database_write_p95_ms', 'spool.points', 'api_p95_ms', 'cache_hit_pct'],
]

/** A home with so many devices, and clients that ask it at a steady rate. */
export async function runLoad(home: LoadHome, options: OptionsOf<typeof LOAD>): Promise<Report> {
  const { clients, requests_per_s, seconds } = options
  const before = home.held()
  const asked = await home.ask({ clients, requests_per_s, seconds, patience_ms: PATIENCE_MS })
  const figures = await home.figures()
  return newReport('load', options, {
    tables: [
      { title: 'Answers', rows: { ...asked.by_question, all: asked.all } as unknown as Record<string, Row> },
      { title: 'Node-RED meanwhile', rows: shown(figures) },
      { title: 'What it held', rows: { before: rounded(before), after: rounded(home.held()) } },
    ],
    verdicts: [successLine(asked), stallLine(asked), ...faultLines(home)],
  })
}

/** A share, 0 to 1. */
export function successOf({ all: { requests, failures } }: Asked): number {
  return requests === 0 ? 0 : 1 - failures / requests
}

export function rounded(held: Held): Row {
  return Object.fromEntries(Object.entries(held).map(([name, value]: [string, number]) => [name, round(value, 1)]))
}

export function faultLines({ faults }: LoadHome): string[] {
  return faults.length === 0 ? [] : [`${faults.length} errors in the log of Node-RED, the first: ${faults[0]}`]
}

/** Whether to blame the machine. */
function stallLine({ clients_stall_ms }: Asked): string {
  return `The clients themselves stood still for ${clients_stall_ms} ms at most: answers waited as long for them`
}

function shown(figures: Figures): Record<string, Row> {
  return Object.fromEntries(
    SHOWN.flatMap((name) => (figures[name] === undefined ? [] : [[name, { value: round(figures[name], 1) }]])),
  )
}

function successLine(asked: Asked): string {
  const share = `${round(100 * successOf(asked), 2)} % of ${asked.all.requests} answers came in ${PATIENCE_MS} ms`
  const failures = Object.entries(asked.failures).map(([name, count]) => `${name}: ${count}`)
  return failures.length === 0 ? share : `${share}; others: ${failures.join(', ')}`
}
