/**
 * Conditions of which one has to hold, as a tree: servers walk through conditions one inside the other, and Flux refuses more
 * than some 150 levels.
 */
export function anyOf(conditions: readonly string[], or: 'or' | 'OR'): string {
  if (conditions.length === 1) return conditions[0] as string
  const middle = conditions.length >> 1
  return `(${anyOf(conditions.slice(0, middle), or)} ${or} ${anyOf(conditions.slice(middle), or)})`
}
