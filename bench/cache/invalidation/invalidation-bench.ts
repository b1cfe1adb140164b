import { join } from 'node:path'
import { runChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { STORES, type StoreName } from './stores'

const NAMES = Object.keys(STORES) as StoreName[]

/** From a change in one process until the other, which looks all the time, no longer serves what was before. */
export async function invalidationBench(redis: string, { rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-reader.js')
  const results = await compare('A change is seen by another process', NAMES, rounds, (name) =>
    runChild<Figures>(script, [name, String(seconds), redis]),
  )
  const { max_ms = NaN, max_came_back = NaN } = results.ours
  printGoals([
    { name: 'ms until the old value is gone, longest of all', measured: max_ms, limit: 100 },
    { name: 'old values that came back', measured: max_came_back, limit: 0 },
  ])
}
