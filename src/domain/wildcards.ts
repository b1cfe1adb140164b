/**
 * Whether a text is meant by a pattern, in which `*` stands for any run of characters. Each part is looked for once, from where
 * the one before has ended: no pattern takes longer than its length and the text's.
 */
export function matcherOf(pattern: string): (text: string) => boolean {
  const [beginning = '', ...parts] = pattern.split('*')
  const end = parts.pop()
  if (end === undefined) return (text) => text === pattern
  return (text) => {
    if (!text.startsWith(beginning) || !text.endsWith(end)) return false
    let from = beginning.length
    for (const part of parts) {
      const at = text.indexOf(part, from)
      if (at < 0) return false
      from = at + part.length
    }
    return from + end.length <= text.length
  }
}
