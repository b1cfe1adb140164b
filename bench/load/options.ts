import { parseArgs } from 'node:util'

/** Settings of a run, with their ranges: everything is bounded. */
interface Range {
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}

export type Ranges = Readonly<Record<string, Range>>
export type OptionsOf<Of extends Ranges> = { readonly [Name in keyof Of]: number }

export const LOAD = {
  seconds: { default: 60, minimum: 1, maximum: 3600 },
  devices: { default: 50, minimum: 1, maximum: 1000 },
  clients: { default: 10, minimum: 1, maximum: 500 },
  requests_per_s: { default: 50, minimum: 1, maximum: 10_000 },
} as const satisfies Ranges

export const STRESS = {
  /** At most, all steps together. */
  seconds: { default: 180, minimum: 5, maximum: 3600 },
  step_s: { default: 8, minimum: 1, maximum: 120 },
  devices: LOAD.devices,
  clients: { default: 50, minimum: 1, maximum: 500 },
  /** Of the first step. */
  requests_per_s: { default: 25, minimum: 1, maximum: 10_000 },
} as const satisfies Ranges

export const ENDURANCE = {
  seconds: { default: 600, minimum: 10, maximum: 7 * 86_400 },
  /** Looks at memory, handles and files. */
  looks: { default: 30, minimum: 4, maximum: 1000 },
  devices: LOAD.devices,
  clients: LOAD.clients,
  requests_per_s: { default: 20, minimum: 1, maximum: 10_000 },
} as const satisfies Ranges

/** `--seconds 300 --devices 100` */
export function readRanges<Of extends Ranges>(args: string[], ranges: Of): OptionsOf<Of> {
  const options = Object.fromEntries(Object.keys(ranges).map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ args, options })
  const entries = Object.entries(ranges).map(([name, range]) => [name, within(name, values[name], range)] as const)
  return Object.fromEntries(entries) as OptionsOf<Of>
}

function within(name: string, given: string | boolean | undefined, range: Range): number {
  if (given === undefined) return range.default
  const value = Number(given)
  if (Number.isInteger(value) && value >= range.minimum && value <= range.maximum) return value
  throw new Error(
    `--${name}: ${String(given)} is not allowed; expected a whole number from ${range.minimum} to ${range.maximum}`,
  )
}
