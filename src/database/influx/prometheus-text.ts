/**
 * The sum of a metric over all of its series whose labels hold the text given, such as `bucket="…"`; undefined where there is
 * none. Metrics are what servers tell of themselves at `/metrics`.
 */
export function metricSum(text: string, name: string, label = ''): number | undefined {
  let sum: number | undefined
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const next = text[at + name.length]
    if ((at > 0 && text[at - 1] !== '\n') || (next !== '{' && next !== ' ')) continue
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? undefined : end)
    const value = Number(
      line
        .slice(line.lastIndexOf('}') + 1)
        .trim()
        .split(' ')
        .at(next === ' ' ? 1 : 0),
    )
    if (line.includes(label) && Number.isFinite(value)) sum = (sum ?? 0) + value
  }
  return sum
}
