import { join } from 'node:path'
import { runChild } from '../../support/child'
import { compare, type Figures } from '../../support/turns'
import type { HolderName } from './run-entry-memory'

const NAMES: readonly HolderName[] = ['lru-cache', 'ours']

/** What a reading weighs in memory, and what the bound in bytes takes it for. */
export async function entryMemoryBench({ rounds }: { readonly rounds: number }): Promise<void> {
  const script = join(__dirname, 'run-entry-memory.js')
  await compare('Bytes for each of 100,000 readings in memory', NAMES, rounds, (name) =>
    runChild<Figures>(script, [name], ['--expose-gc']),
  )
}
