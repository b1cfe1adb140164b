import type { PartHealth } from '../../src/serving/api-sources'
import type { StatusKind } from '../shared/status'

/** What the node shows: the worst there is, by name where it is one alone. */
export function healthLine(health: readonly PartHealth[]): [StatusKind, string] {
  const failed = health.filter(({ state }) => state === 'failed')
  if (failed.length > 0) return ['failed', lineOf('failed', failed)]
  const degraded = health.filter(({ state }) => state === 'degraded')
  if (degraded.length > 0) return ['waiting', lineOf('degraded', degraded)]
  return ['ready', health.length === 1 ? '1 part, well' : `${health.length} parts, all well`]
}

function lineOf(word: string, parts: readonly PartHealth[]): string {
  const [first, ...others] = parts
  return first && others.length === 0 ? `${word}: ${first.kind} ${first.name}` : `${parts.length} ${word}`
}
