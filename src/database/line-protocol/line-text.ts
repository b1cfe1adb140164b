/*
 * How text stands in a line. Servers agree that a backslash takes the meaning of a comma, space or equals sign behind it. What a
 * backslash of the text itself means before one of those, before a quote or backslash, or at the end, differs between them, and
 * InfluxDB 3 ends a name at a tab and a measurement at NUL. So in names and tags these few are written as in a URL, `%5C`; a
 * percent sign only where it could be taken for one of them. It can be undone, so that two ids never become one, and it is what
 * servers store and show.
 */
const AMBIGUOUS = /[\0\t\n\r]|\\(?=[\\,=" ]|$)|%(?=00|09|0A|0D|23|25|5C)/g
const PERCENT = /%(00|09|0A|0D|23|25|5C)/g
const SEPARATOR = /[,= ]/g
const SEPARATOR_OF_MEASUREMENTS = /[, ]/g
const ESCAPED_SEPARATOR = /\\([,= ])/g

// Servers know these two in strings; others, and line breaks, they take as they are, but here a line is one line.
const UNSAFE_IN_STRING = /["\\\n\r]/g
const STRING_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' }
const ESCAPED_IN_STRING = /\\(["\\nr])/g
const STRING_CHARACTERS: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r' }

/** A tag value, or a name, as servers store it and as it has to stand in questions to them: almost always as it is. */
export function storedText(text: string): string {
  return text.replace(AMBIGUOUS, toPercent)
}

/** What `storedText` was made of. */
export function originalText(stored: string): string {
  return stored.includes('%') ? stored.replace(PERCENT, fromPercent) : stored
}

/** A tag value, or the name of a tag or field, as it stands in a line. */
export function nameText(text: string): string {
  return storedText(text).replace(SEPARATOR, '\\$&')
}

export function measurementText(text: string): string {
  // A line that begins with a number sign is a comment.
  const stored = text.startsWith('#') ? `%23${storedText(text.slice(1))}` : storedText(text)
  return stored.replace(SEPARATOR_OF_MEASUREMENTS, '\\$&')
}

/** A measurement, name or tag value from a line. */
export function nameOf(text: string): string {
  return originalText(text.includes('\\') ? text.replace(ESCAPED_SEPARATOR, '$1') : text)
}

/** A string field as it stands in a line, with its quotes. Servers show a line break as `\n`. */
export function stringText(text: string): string {
  return `"${text.replace(UNSAFE_IN_STRING, (character) => STRING_ESCAPES[character] as string)}"`
}

/** A string field from what stands between its quotes. */
export function stringOf(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPED_IN_STRING, (_, character: string) => STRING_CHARACTERS[character] as string)
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function fromPercent(_: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}
