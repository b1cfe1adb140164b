import { parseArgs } from 'node:util'

export interface RetentionBenchOptions {
  readonly devices: number
  /** Turns of each contender; figures are medians over them. */
  readonly rounds: number
}

const DEFAULTS: RetentionBenchOptions = { devices: 1000, rounds: 1 }

export function readRetentionOptions(args: string[]): RetentionBenchOptions {
  const { values } = parseArgs({ args, options: { devices: { type: 'string' }, rounds: { type: 'string' } } })
  return {
    devices: whole('devices', values.devices ?? String(DEFAULTS.devices), 10_000),
    rounds: whole('rounds', values.rounds ?? String(DEFAULTS.rounds), 100),
  }
}

function whole(name: string, text: string, maximum: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= maximum) return value
  throw new Error(`--${name}: ${text} is not allowed; expected a whole number from 1 to ${maximum}`)
}
