import { join } from 'node:path'
import { runChild } from '../../support/child'
import { printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../turns'
import type { HitsName } from './contenders'

const NAMES: readonly HitsName[] = ['lru-cache', 'peek', 'get']

/** Hits in memory, through the interface that nodes use, beside what it is built on. */
export async function hitsBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-hits.js')
  const results = await compare('Hits in memory: 10,000 readings, skewed', NAMES, rounds, (name) =>
    runChild<Figures>(script, [name, String(seconds)]),
  )
  printGoals([
    { name: 'million hits a second, peek', measured: results.peek.million_per_s ?? NaN, limit: 1, limit_is: 'minimum' },
    { name: 'million hits a second, get', measured: results.get.million_per_s ?? NaN, limit: 1, limit_is: 'minimum' },
  ])
}
