import { round } from '../support/statistics'
import type { LoadHome } from './home'
import { faultLines, PATIENCE_MS, successOf } from './load'
import type { OptionsOf, STRESS } from './options'
import { newReport, type Report, type Row } from './report'
import type { Asked } from './tally'

/** Of the requests of a step; where fewer succeed it has not held. */
const HOLDS_FROM = 0.95
const RISES_BY = 1.5

/** More and more requests, until too many fail. */
export async function runStress(home: LoadHome, options: OptionsOf<typeof STRESS>): Promise<Report> {
  const { clients, seconds, step_s } = options
  const rows: Record<string, Row> = {}
  let held_per_s: number | undefined
  let hasFailed = false
  const begin = performance.now()
  const hasTime = () => performance.now() - begin < (seconds - step_s) * 1000
  for (let rate = options.requests_per_s; !hasFailed && hasTime(); rate = Math.round(rate * RISES_BY)) {
    const asked = await home.ask({ clients, requests_per_s: rate, seconds: step_s, patience_ms: PATIENCE_MS })
    const success = successOf(asked)
    rows[`${rate} requests/s`] = {
      ...(await stepRow(home)),
      ...answersRow(asked),
      success_pct: round(100 * success, 1),
    }
    if (success >= HOLDS_FROM) held_per_s = rate
    else hasFailed = true
  }
  return newReport('stress', options, {
    tables: [{ title: `Steps of ${step_s} s, ${clients} clients`, rows }],
    verdicts: [verdictOf(held_per_s, hasFailed), ...faultLines(home)],
  })
}

async function stepRow(home: LoadHome): Promise<Row> {
  const { event_loop_delay_ms = NaN, process_cpu_pct = NaN, poll_lateness_p99_ms = NaN } = await home.figures()
  return {
    cpu_pct: round(process_cpu_pct, 0),
    event_loop_delay_ms: round(event_loop_delay_ms, 1),
    poll_lateness_p99_ms: round(poll_lateness_p99_ms, 1),
    rss_mb: round(home.held().rss_mb, 0),
  }
}

function answersRow({ all: { requests, p50_ms, p99_ms }, clients_stall_ms }: Asked): Row {
  return { requests, p50_ms, p99_ms, clients_stall_ms }
}

function verdictOf(held_per_s: number | undefined, hasFailed: boolean): string {
  const limit = `95 % in ${PATIENCE_MS} ms`
  if (held_per_s === undefined) return `Not even the first step held: fewer than ${limit}`
  return hasFailed
    ? `${held_per_s} requests/s held (${limit}); the next step did not`
    : `${held_per_s} requests/s held (${limit}); the time was over before a step failed`
}
