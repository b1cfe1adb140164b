import fc from 'fast-check'

/** What happens to one place of a recording. */
export interface Damage {
  /** The way there, each step counted around among the keys that are to choose from. */
  readonly steps: readonly number[]
  readonly apply: (value: unknown) => Mended
}
/** What stands there then, if anything. */
type Mended = { readonly value: unknown } | undefined

const ERROR_CODES = [-1001, -1002, -1003, -1008, 1200]
const OTHER_VALUES: readonly unknown[] = [null, '', 'other', '5', true, false, 7, [], {}, [null], ...ERROR_CODES]
const WILD_VALUES: readonly unknown[] = [
  ...OTHER_VALUES,
  ...[1e300, -1e300, 0.1, -0, '\u0000', '\ud800', '#'.repeat(1000), '__proto__', { length: 5 }, [[]], [{}]],
]

const steps = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 6 })

/** What was said is not said any more, or not in a way that means anything. */
export const loss: fc.Arbitrary<Damage> = fc.record({
  steps,
  apply: fc.oneof(
    fc.constant<Damage['apply']>(() => undefined),
    fc.constantFrom(...OTHER_VALUES).map((other): Damage['apply'] => {
      return (value) => ({ value: kindOf(other) === kindOf(value) ? null : other })
    }),
    fc.constant<Damage['apply']>((value) => ({ value: Array.isArray(value) ? [] : null })),
    fc.constantFrom(-1, -2, -3, -2001).map((err_code): Damage['apply'] => {
      return (value) => ({ value: kindOf(value) === 'object' ? { err_code, err_msg: 'not support' } : null })
    }),
  ),
})

/** Anything may stand there. */
export const havoc: fc.Arbitrary<Damage> = fc.record({
  steps,
  apply: fc.oneof(
    fc.constantFrom(...WILD_VALUES).map((value): Damage['apply'] => () => ({ value })),
    fc.jsonValue().map((value): Damage['apply'] => () => ({ value })),
  ),
})

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}

/** A copy with some places damaged, each once; it shares the rest with the original. */
export function damaged(original: object, damages: readonly Damage[]): object {
  const keys = Object.keys(original)
  const entries = Object.entries(original as Record<string, unknown>).flatMap(([key, value]) => {
    const here = damages.filter(({ steps: [step = 0] }) => key === keys[step % keys.length])
    const [last] = here.filter(({ steps }) => steps.length === 1 || !hasKeys(value))
    if (last === undefined)
      return [[key, here.length > 0 ? damaged(value as object, here.map(onward)) : value] as const]
    const after = last.apply(value)
    return after ? [[key, after.value] as const] : []
  })
  return Array.isArray(original) ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

function onward({ steps, apply }: Damage): Damage {
  return { steps: steps.slice(1), apply }
}

function hasKeys(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** A copy with keys that nobody knows of, at every level that has a name. */
export function withUnknownKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownKeys)
  if (typeof value !== 'object' || value === null) return value
  const known = Object.entries(value).map(([key, each]) => [key, withUnknownKeys(each)] as const)
  return {
    new_in_this_firmware: 7,
    ...Object.fromEntries(known),
    constructor: { prototype: { on: 1 } },
    also_new: [{}],
  }
}
