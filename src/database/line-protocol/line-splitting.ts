const [LINE_BREAK, SPACE, MINUS, DIGIT_0, BACKSLASH] = [10, 32, 45, 48, 92] as const

/** The lines of a text, each with its line break, as views on it. */
export function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(LINE_BREAK, start)
    const next = end < 0 ? text.length : end + 1
    lines.push(text.subarray(start, next))
    start = next
  }
  return lines
}

/** Measurement and tags as they stand in a line, to compare lines by; one character for each byte. */
export function seriesKeyOf(line: Buffer): string {
  let end = line.indexOf(SPACE)
  while (end > 0 && line[end - 1] === BACKSLASH) end = line.indexOf(SPACE, end + 1)
  return line.toString('latin1', 0, end < 0 ? line.length : end)
}

/** ms since the epoch; undefined where a line does not end with a timestamp. @param end of the line, where others follow */
export function timestampOf(line: Buffer, end = line.length): number | undefined {
  let at = end - 1
  if (line[at] === LINE_BREAK) at--
  let timestamp = 0
  let place = 1
  for (; at >= 0; at--) {
    const digit = (line[at] as number) - DIGIT_0
    if (digit < 0 || digit > 9) break
    timestamp += digit * place
    place *= 10
  }
  const isNegative = line[at] === MINUS
  const isTimestamp = place > 1 && Number.isSafeInteger(timestamp) && line[isNegative ? at - 1 : at] === SPACE
  if (!isTimestamp) return undefined
  return isNegative ? -timestamp : timestamp
}
