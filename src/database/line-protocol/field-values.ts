import type { FieldValue } from './line'

const FLOAT = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
const INTEGER = /^(-?\d{1,19})i$/
const UNSIGNED = /^(\d{1,20})u$/
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
])

export const INTEGER_RANGE = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n } as const
const UNSIGNED_MAXIMUM = 2n ** 64n - 1n

/** The value of a field that is no string; undefined where the text is none. */
export function fieldValueOf(text: string): FieldValue | undefined {
  const truth = BOOLEANS.get(text)
  if (truth !== undefined) return truth
  if (FLOAT.test(text)) return finite(Number(text))
  const integer = INTEGER.exec(text)?.[1]
  if (integer !== undefined) return within(BigInt(integer), INTEGER_RANGE.minimum, INTEGER_RANGE.maximum)
  const unsigned = UNSIGNED.exec(text)?.[1]
  return unsigned === undefined ? undefined : within(BigInt(unsigned), 0n, UNSIGNED_MAXIMUM)
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function within(value: bigint, minimum: bigint, maximum: bigint): bigint | undefined {
  return value >= minimum && value <= maximum ? value : undefined
}
