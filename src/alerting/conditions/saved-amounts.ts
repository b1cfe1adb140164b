import { savedAmount } from './saved-fields'

/** Amounts that were saved together; undefined where one of them is missing. */
export function savedAmounts<Key extends string>(
  saved: unknown,
  keys: readonly Key[],
): Record<Key, number> | undefined {
  const amounts: Partial<Record<Key, number>> = {}
  for (const key of keys) {
    const amount = savedAmount(saved, key)
    if (amount === undefined) return undefined
    amounts[key] = amount
  }
  return amounts as Record<Key, number>
}
