import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const FOLDER = join(process.cwd(), '..', 'shared', 'traces')
const DAY_S = 86_400
const WS_PER_KWH = 3_600_000

/** Where it is false, `WITHOUT_TRACES` says why tests were not run. */
export const hasTraces = existsSync(FOLDER)
export const WITHOUT_TRACES = `      not run: no traces of appliances in ${FOLDER}`

/** A day of one appliance: power in each second, and what it has used before each second. */
export interface Trace {
  readonly watts: Float64Array
  readonly kwh: Float64Array
}

export function traceNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.csv.gz'))
    .map((file) => file.slice(0, -'.csv.gz'.length))
}

/** The file has a line `second,watts` for each change. */
export function loadTrace(name: string): Trace {
  const text = gunzipSync(readFileSync(join(FOLDER, `${name}.csv.gz`))).toString('latin1')
  const watts = new Float64Array(DAY_S)
  let from = 0
  let level_w = 0
  for (const line of text.trim().split('\n').slice(1)) {
    const [second = 0, value_w = 0] = line.split(',').map(Number)
    watts.fill(level_w, from, second)
    from = second
    level_w = value_w
  }
  watts.fill(level_w, from)
  const kwh = new Float64Array(DAY_S + 1)
  for (let second = 0; second < DAY_S; second++) {
    kwh[second + 1] = (kwh[second] as number) + (watts[second] as number) / WS_PER_KWH
  }
  return { watts, kwh }
}
