import { join } from 'node:path'
import { runChild } from '../../support/child'
import { type Goal, printGoals } from '../../support/goals'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { type Spread, SPREADS } from '../rules'
import { CONTENDERS } from './flows'

const COUNTS = [10, 100, 1000] as const
const TITLES: Readonly<Record<Spread, string>> = {
  own: 'each rule for a device of its own',
  every: 'all rules for every device',
}

/** The same thresholds in one node, and in Node-RED's own switch, change and trigger nodes. */
export async function messagesBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-messages.js')
  const goals: Goal[] = []
  for (const spread of SPREADS) {
    for (const count of COUNTS) {
      const title = `Readings as messages, ${count} rules, ${TITLES[spread]}`
      const results = await compare(title, CONTENDERS, rounds, (name) =>
        runChild<Figures>(script, [name, spread, String(count), String(seconds)]),
      )
      const [ours, peer] = CONTENDERS.map((name) => results[name].readings_per_s ?? NaN) as [number, number]
      goals.push({
        name: `${count} rules, ${TITLES[spread]}: x the peer`,
        measured: ours / peer,
        limit: 1,
        limit_is: 'minimum',
      })
    }
  }
  printGoals(goals)
}
