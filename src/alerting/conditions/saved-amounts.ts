/** The named numbers of what was saved; whatever else it holds, or is, is left out. */
export function amountsIn<Key extends string>(saved: unknown, keys: readonly Key[]): { [Name in Key]?: number } {
  const amounts: { [Name in Key]?: number } = {}
  if (typeof saved !== 'object' || saved === null) return amounts
  for (const key of keys) {
    const amount = Object.hasOwn(saved, key) ? (saved as Record<string, unknown>)[key] : undefined
    if (typeof amount === 'number' && Number.isFinite(amount)) amounts[key] = amount
  }
  return amounts
}
