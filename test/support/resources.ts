import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 8000
const LOOK_EVERY_MS = 20
/** Node-RED comes and goes with others by itself. */
const WATCHED = /Worker|Port|Timeout|TCP|UDP/
const TIMER = 'Timeout'

export type Resources = ReadonlyMap<string, number>

/** What keeps this process alive, by its kind. */
export function resources(): Resources {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    if (WATCHED.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

/**
 * Fails where something is left that was not there before: timers at once, the rest where it does not go in a while. Less may be
 * left: connections of earlier tests end when they like.
 */
export async function assertNothingLeft(before: Resources): Promise<void> {
  const left = () => [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0))
  assert.deepEqual(new Map(left()).get(TIMER), undefined, `there were ${before.get(TIMER) ?? 0} timers`)
  const others = () => left().filter(([kind]) => kind !== TIMER)
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await pause(LOOK_EVERY_MS)) {
    if (others().length === 0) return
  }
  assert.deepEqual(others(), [], `there were ${JSON.stringify([...before])}`)
}
