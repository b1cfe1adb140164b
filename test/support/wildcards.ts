/** What a pattern means, told as plainly as can be; slow. */
export function isMeant(pattern: string, key: string): boolean {
  if (pattern === '') return key === ''
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)]
  if (first === '*') return isMeant(rest, key) || (key !== '' && isMeant(pattern, key.slice(1)))
  return first === key.charAt(0) && isMeant(rest, key.slice(1))
}

/** The same text, with something to see in place of what no name may have. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '~')
}
