import { rotated } from './options'
import { median, round } from './statistics'

export type Figures = Readonly<Record<string, number>>
export type Results<Name extends string> = Readonly<Record<Name, Figures>>

/**
 * Contenders take turns, another one first in each round. Prints and returns the medians of their figures, and the largest of
 * those whose name begins with `max_`.
 */
export async function compare<Name extends string>(
  title: string,
  names: readonly Name[],
  rounds: number,
  turn: (name: Name) => Promise<Figures>,
): Promise<Results<Name>> {
  const turns = new Map(names.map((name) => [name, [] as Figures[]]))
  for (let index = 0; index < rounds; index++) {
    for (const name of rotated(names, index)) turns.get(name)?.push(await turn(name))
  }
  const results = Object.fromEntries([...turns].map(([name, figures]) => [name, summary(figures)])) as Results<Name>
  console.log(`\n${title}`)
  console.table(results)
  return results
}

/**
 * The median of `peer / ours`, round by round: what both suffer from alike, such as a machine that is slow for a while, is not in it.
 * Both have their figures in the order of rounds.
 */
export function pairedRatio(peer: readonly number[], ours: readonly number[]): number {
  return median(ours.map((value, round) => (peer[round] ?? NaN) / value))
}

function summary(turns: readonly Figures[]): Figures {
  const keys = Object.keys(turns[0] ?? {})
  const of = (key: string) => turns.map((figures) => figures[key] ?? NaN)
  return Object.fromEntries(
    keys.map((key) => [key, round(key.startsWith('max_') ? Math.max(...of(key)) : median(of(key)))]),
  )
}
