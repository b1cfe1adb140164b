const SECONDS = /^\s*\d{1,10}(\.\d{1,3})?\s*$/
const HTTP_DATE = /^\s*[A-Z][a-z]{2}/

/**
 * How long a server asks to be left alone, in ms. It says so in seconds or as a date, and a date is by its own clock, which
 * its `Date` header shows; `now` stands in where that is missing.
 */
export function retryAfter(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const asked = headers['retry-after']
  if (typeof asked !== 'string') return undefined
  if (SECONDS.test(asked)) return Number(asked) * 1000
  const until = dateOf(asked)
  return until === undefined ? undefined : Math.max(0, until - (dateOf(headers['date']) ?? now))
}

function dateOf(value: unknown): number | undefined {
  const date = typeof value === 'string' && HTTP_DATE.test(value) ? Date.parse(value) : NaN
  return Number.isFinite(date) ? date : undefined
}
