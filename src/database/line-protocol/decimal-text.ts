const LARGEST_IN_TABLE = 10_000
const LARGEST_INT32 = 2_147_483_647

// Text of numbers is what takes longest in a line; most of it comes from tables.
const WHOLE = Array.from({ length: LARGEST_IN_TABLE }, (_, whole) => String(whole))
const SCALES = [1, 10, 100, 1000, 10_000] as const
const FRACTIONS = SCALES.map((scale, digits) =>
  Array.from({ length: scale }, (_, fraction) => {
    const text = String(fraction).padStart(digits, '0').replace(/0+$/, '')
    return text === '' ? '' : `.${text}`
  }),
)
const THOUSANDTHS = Array.from({ length: 1000 }, (_, rest) => String(rest).padStart(3, '0'))

/** Digits after the point that a resolution such as 0.001 has: 4 at most here. */
export function digitsOf(resolution: number): number {
  return Math.max(0, Math.round(-Math.log10(resolution)))
}

/** A finite number, rounded to `digits` after the point: the value that every store gives back. */
export function decimalText(value: number, digits: number): string {
  const scale = SCALES[digits] as number
  const scaled = Math.round(value * scale)
  const size = scaled < 0 ? -scaled : scaled
  if (size > LARGEST_INT32) return largeText(scaled, scale)
  // Of whole numbers of 32 bits, which are the fast ones.
  const whole = (size / scale) | 0
  const fraction = size - whole * scale
  const wholeText = whole < LARGEST_IN_TABLE ? (WHOLE[whole] as string) : String(whole)
  const text = fraction === 0 ? wholeText : wholeText + ((FRACTIONS[digits] as string[])[fraction] as string)
  return scaled < 0 ? `-${text}` : text
}

/** A whole number of ms since the epoch. */
export function timestampText(timestamp: number): string {
  const seconds = Math.floor(timestamp / 1000)
  return seconds < 1 ? String(timestamp) : String(seconds) + (THOUSANDTHS[timestamp - seconds * 1000] as string)
}

// Far out of any physical range, and cut where whole numbers end, as in the columns of SQLite.
function largeText(scaled: number, scale: number): string {
  return String(Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, scaled)) / scale)
}
