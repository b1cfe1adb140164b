import type { Clock } from './clock'

/** Whoever holds the event loop for so long keeps answers unread that came in time. */
const HELD_MS = 20

/**
 * Calls back after a time in which something was to answer. As long as the event loop was held when that was over, once more
 * is waited, at most `most_ms`: nobody is silent because a machine stands still, or another flow computes. Returns how to end
 * it.
 */
export function patientTimeout(clock: Clock, callback: () => void, delay_ms: number, most_ms = delay_ms): () => void {
  const due_at = clock.monotonic() + delay_ms
  let timer = clock.setTimeout(() => {
    const held_ms = clock.monotonic() - due_at
    if (held_ms <= HELD_MS) callback()
    else timer = clock.setTimeout(callback, Math.min(held_ms, most_ms))
  }, delay_ms)
  return () => clock.clearTimeout(timer)
}
