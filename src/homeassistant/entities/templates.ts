/** Values in a state, as Home Assistant reads them: true is `True`, and null is `None`, which it takes for unknown. */
export function valueTemplate(key: string): string {
  return `{{ value_json.${key} }}`
}

/** Home Assistant wants a moment with its time zone, not ms since the epoch. */
export function momentTemplate(key: string): string {
  const value = `value_json.${key}`
  return `{{ (${value} / 1000) | as_datetime if ${value} is number else None }}`
}
