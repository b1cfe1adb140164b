import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Turns of each contender; figures are medians over them. */
  readonly rounds: number
  /** Measured length of one turn. */
  readonly seconds: number
}

const DEFAULTS: BenchOptions = { rounds: 5, seconds: 3 }

export function readOptions(args: string[], defaults: Partial<BenchOptions> = {}): BenchOptions {
  const { rounds, seconds } = { ...DEFAULTS, ...defaults }
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: String(rounds) },
      seconds: { type: 'string', default: String(seconds) },
    },
  })
  return { rounds: positive('rounds', values.rounds), seconds: positive('seconds', values.seconds) }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 1000) return value
  throw new Error(`--${name}: ${text} is not allowed; expected a number over 0, at most 1000`)
}

/** Every order once in a while: contender `turn` starts the round, so that none always runs on a warm machine. */
export function rotated<Item>(items: readonly Item[], turn: number): Item[] {
  const start = turn % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
