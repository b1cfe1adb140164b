import { invalid } from '../domain/errors'
import { type NumberRange, numberInRange } from '../domain/range'

/** What a person may set. `step_w` and `step_percent` are in the unit of the value that is observed. */
export interface AdaptiveIntervalOptions {
  /** No poll sooner than this. */
  readonly minimum_ms: number
  /** No poll later than this. */
  readonly maximum_ms: number
  /** A value counts as changed when it differs from its level by both steps; this one is absolute. */
  readonly step_w: number
  /** The same as a share of the level. */
  readonly step_percent: number
  /** Intervals are divided by this: 2 polls about twice as often as 1 and sees about twice as much. */
  readonly sensitivity: number
}

export const ADAPTIVE_INTERVAL_DEFAULTS: AdaptiveIntervalOptions = Object.freeze({
  minimum_ms: 3000,
  maximum_ms: 120_000,
  step_w: 8,
  step_percent: 13,
  sensitivity: 1,
})

export const ADAPTIVE_INTERVAL_RANGES: { readonly [Key in keyof AdaptiveIntervalOptions]: NumberRange } = {
  minimum_ms: { minimum: 500, maximum: 3_600_000 },
  maximum_ms: { minimum: 1000, maximum: 3_600_000 },
  step_w: { minimum: 0.001, maximum: 1_000_000 },
  step_percent: { minimum: 0, maximum: 100 },
  sensitivity: { minimum: 0.1, maximum: 10 },
}

const resolved = new WeakSet<object>([ADAPTIVE_INTERVAL_DEFAULTS])

/**
 * Options with every key, checked and frozen. Give the result to many instances: they share it, and nothing is
 * checked again.
 * @throws MonitorError `CONFIG_INVALID` naming the option, its value and the range
 */
export function resolveAdaptiveIntervalOptions(given: Partial<AdaptiveIntervalOptions> = {}): AdaptiveIntervalOptions {
  if (resolved.has(given)) return given as AdaptiveIntervalOptions
  const options: { -readonly [Key in keyof AdaptiveIntervalOptions]: number } = { ...ADAPTIVE_INTERVAL_DEFAULTS }
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!isOption(key)) {
      throw invalid('CONFIG_INVALID', key, value, `one of ${Object.keys(ADAPTIVE_INTERVAL_RANGES).join(', ')}`)
    }
    options[key] = numberInRange(key, value, ADAPTIVE_INTERVAL_RANGES[key])
  }
  if (options.minimum_ms > options.maximum_ms) {
    throw invalid('CONFIG_INVALID', 'minimum_ms', options.minimum_ms, `at most maximum_ms (${options.maximum_ms})`)
  }
  resolved.add(options)
  return Object.freeze(options)
}

function isOption(key: string): key is keyof AdaptiveIntervalOptions {
  return Object.hasOwn(ADAPTIVE_INTERVAL_RANGES, key)
}
