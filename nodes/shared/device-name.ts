/** The first of several places in a message that holds a name; undefined where none does. */
export function firstName(...places: unknown[]): string | undefined {
  const name = places.find((place) => typeof place === 'string' && place.trim() !== '')
  return name === undefined ? undefined : String(name).trim()
}

/** An own property of a payload that may be anything. */
export function propertyOf(payload: unknown, key: string): unknown {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, key)) return undefined
  return (payload as Readonly<Record<string, unknown>>)[key]
}
