import { join } from 'node:path'
import { runChild } from '../../support/child'
import type { BenchOptions } from '../../support/options'
import { compare, type Figures } from '../../support/turns'
import { FLOWS, type FlowName } from './flows'

const NAMES = Object.keys(FLOWS) as FlowName[]

/** What a message costs that asks for a value which is there, all of Node-RED included. */
export async function messagesBench({ rounds, seconds }: BenchOptions): Promise<void> {
  const script = join(__dirname, 'run-messages.js')
  await compare('Messages through Node-RED that find their value', NAMES, rounds, (name) =>
    runChild<Figures>(script, [name, String(seconds)]),
  )
}
