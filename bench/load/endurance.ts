import { round } from '../support/statistics'
import type { Held, LoadHome } from './home'
import { faultLines, PATIENCE_MS, rounded, successOf } from './load'
import type { ENDURANCE, OptionsOf } from './options'
import { newReport, type Report, type Row } from './report'
import { grows, secondHalf, slopeOf, type Point } from './slope'

/** What may not grow, and by what share of itself it may all the same, while it is looked at. */
const STEADY = { rss_mb: 0.1, handles: 0.05, other_files_mb: 0.5 } as const satisfies Partial<
  Record<keyof Held, number>
>

/** Before, memory and files still fill. */
const TELLING_S = 300

/** The same for long: what grows shows. */
export async function runEndurance(home: LoadHome, options: OptionsOf<typeof ENDURANCE>): Promise<Report> {
  const { clients, requests_per_s, seconds, looks } = options
  const rows: Record<string, Row> = {}
  const seen: { readonly at_s: number; readonly held: Held }[] = []
  const begin = performance.now()
  for (let look = 0; look < looks; look++) {
    const order = { clients, requests_per_s, seconds: seconds / looks, patience_ms: PATIENCE_MS }
    const asked = await home.ask(order)
    const at_s = round((performance.now() - begin) / 1000, 0)
    const { event_loop_delay_ms = NaN, poll_lateness_p99_ms = NaN, heap_mb = NaN } = await home.figures()
    const held = home.held()
    seen.push({ at_s, held })
    rows[`${at_s} s`] = {
      ...rounded(held),
      heap_mb: round(heap_mb, 1),
      event_loop_delay_ms: round(event_loop_delay_ms, 1),
      poll_lateness_p99_ms: round(poll_lateness_p99_ms, 1),
      clients_stall_ms: asked.clients_stall_ms,
      success_pct: round(100 * successOf(asked), 1),
    }
  }
  const pointsOf = (key: keyof Held): Point[] => seen.map(({ at_s, held }) => ({ at_s, value: held[key] }))
  const steady = Object.entries(STEADY) as [keyof typeof STEADY, number][]
  return newReport('endurance', options, {
    tables: [{ title: 'Looks', rows }],
    verdicts: [
      ...(seconds < TELLING_S ? [`Too short to tell what grows: ${TELLING_S} s would be`] : []),
      ...steady.map(([key, tolerated]) => lineOf(key, pointsOf(key), tolerated)),
      `database_mb: ${round(slopeOf(secondHalf(pointsOf('database_mb'))).per_h, 1)} an hour, of readings`,
      ...faultLines(home),
    ],
  })
}

function lineOf(key: string, points: readonly Point[], tolerated: number): string {
  const { per_h, error_per_h } = slopeOf(secondHalf(points))
  const slope = `${round(per_h, 1)} an hour (± ${round(error_per_h, 1)}) in the second half`
  return `${key}: ${grows(points, tolerated) ? 'GROWS' : 'steady'} within ${100 * tolerated} %, ${slope}`
}
