import type { Clock } from '../../domain/clock'
import { within } from '../../domain/within'

const PAUSE_MS = 1

/** Waits for work that may take long, as long as questions are answered meanwhile. */
export async function whileAnswered(clock: Clock, ask: () => Promise<unknown>, work: Promise<unknown>): Promise<void> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  const ended = work.then(end, end)
  while (!isOver) {
    await Promise.race([ended, ask().catch(end)])
    if (!isOver) await within(clock, PAUSE_MS, ended)
  }
}
