import { join } from 'node:path'
import { runChild } from '../../support/child'
import { printGoals, type Goal } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import type { HitsName } from './contenders'

const NAMES: readonly HitsName[] = ['lru-cache', 'peek', 'get']

/** Hits in memory, through the interface that nodes use, beside what it is built on. */
export async function hitsBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-hits.js')
  const results = await compare('Hits in memory: 10,000 readings, skewed', NAMES, rounds, (name) =>
    runChild<Figures>(script, [name, String(seconds)]),
  )
  // By the CPU, which others that use the machine take less of than of the time.
  const goal = (name: 'peek' | 'get'): Goal => ({
    name: `million hits a second of CPU, ${name}`,
    measured: results[name].million_per_cpu_s ?? NaN,
    limit: 1,
    limit_is: 'minimum',
  })
  printGoals([goal('peek'), goal('get')])
}
