/** Pushover takes 250 characters. */
const LONGEST_TITLE = 200
/** Telegram takes 4096 characters. */
const LONGEST_TEXT = 3000
const LONGEST_NAME = 80

/** Controls, halves of characters, and what turns the direction of reading: a name could hide behind them what it is. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
const UNPRINTABLE_BUT_NEWLINES = /[^\P{Cc}\n]+|[\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** A name or value that somebody else has chosen, as a short piece of one line. */
export function plainName(text: string): string {
  return cut(
    text
      .slice(0, 4 * LONGEST_NAME)
      .replace(UNPRINTABLE, ' ')
      .trim(),
    LONGEST_NAME,
  )
}

export function plainTitle(text: string): string {
  return cut(text.replace(UNPRINTABLE, ' ').trim(), LONGEST_TITLE)
}

/** It may have several lines. */
export function plainText(text: string): string {
  return cut(text.replace(UNPRINTABLE_BUT_NEWLINES, ' ').trim(), LONGEST_TEXT)
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const kept = text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept.trimEnd()}…`
}
