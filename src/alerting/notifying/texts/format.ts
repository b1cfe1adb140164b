/** Beyond it, and below its inverse, digits say nothing to a person. */
const LARGEST = 1e15
const SMALLEST = 1e-6
const MOST_DECIMALS = 6
/** They are dear to make. */
const BY_DECIMALS = Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) => {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: decimals })
})
const TWO_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })
const AMOUNT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Whose decimals are told, however large the value. */
const DECIMALS_BY_UNIT: ReadonlyMap<string, number> = new Map([
  ['V', 1],
  ['°C', 1],
])

/** A measured number in as many digits as a person reads: `2,310`, `230.1`, `4.02`, `0.049`. */
export function formatNumber(value: number, unit?: string): string {
  const size = Math.abs(value)
  if (size < SMALLEST) return '0'
  if (!(size < LARGEST)) return value.toExponential(2)
  if (size < 1) return TWO_DIGITS.format(value)
  const decimals = DECIMALS_BY_UNIT.get(unit ?? '') ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2)
  return withDecimals(value, decimals)
}

/** What a person has written, as it was. */
export function formatExactly(value: number): string {
  return Math.abs(value) < LARGEST ? withDecimals(value, MOST_DECIMALS) : value.toExponential(2)
}

/** A measured number with so many digits that it is seen to differ from what it is compared with: `230.04` beside `230`. */
export function formatBeside(value: number, threshold: number, unit?: string): string {
  const text = formatNumber(value, unit)
  if (value === threshold || text !== formatExactly(threshold) || !(Math.abs(value) < LARGEST)) return text
  for (let decimals = 1; decimals < MOST_DECIMALS; decimals++) {
    const longer = withDecimals(value, decimals)
    if (longer !== text) return longer
  }
  return text
}

function withDecimals(value: number, decimals: number): string {
  return (BY_DECIMALS[decimals] ?? TWO_DIGITS).format(value)
}

export function formatMoney(value: number, currency: string): string {
  return withUnit(AMOUNT.format(value), currency)
}

export function withUnit(text: string, unit: string | undefined): string {
  return unit === undefined || unit === '' ? text : `${text} ${unit}`
}

/** `2,310 W` */
export function measured(value: number, unit: string | undefined): string {
  return withUnit(formatNumber(value, unit), unit)
}

/** Of what a person has written: `2,000.25 W` */
export function written(value: number, unit: string | undefined): string {
  return withUnit(formatExactly(value), unit)
}

/** `45 s`, `12 min`, `1 h 3 min`, `3 days 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 120) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return inTwo(minutes, 60, 'h', 'min')
  return inTwo(Math.round(minutes / 60), 24, 'days', 'h')
}

function inTwo(count: number, size: number, large: string, small: string): string {
  const rest = count % size
  const whole = `${Math.floor(count / size)} ${large}`
  return rest === 0 ? whole : `${whole} ${rest} ${small}`
}

/** `A, B, C and 9 more` */
export function formatList(names: readonly string[], count: number, most: number): string {
  const named = names.slice(0, most)
  const left = count - named.length
  const all = left > 0 ? [...named, `${left} more`] : named
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
