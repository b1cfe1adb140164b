import { join } from 'node:path'
import { runChild } from '../../support/child'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { SPREADS } from '../rules'

const COUNTS = [10, 100, 1000] as const
const DEVICES = 1000

/** What the rules themselves cost, without Node-RED around them. */
export async function engineBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-engine.js')
  const turns = SPREADS.flatMap((spread) =>
    COUNTS.map((count) => [`${count} rules, ${spread}`, spread, count] as const),
  )
  const names = turns.map(([name]) => name)
  await compare(`${DEVICES} devices, readings into the engine itself`, names, rounds, (name) => {
    const [, spread, count] = turns.find((turn) => turn[0] === name) ?? turns[0]!
    return runChild<Figures>(script, [spread, String(count), String(DEVICES), String(seconds)])
  })
}
