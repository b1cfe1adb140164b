import type { Clock, Timer } from '../../domain/clock'

const PAUSE_MS = 1

/** Waits for some work, but no longer than so; how it ends is nobody's concern here. */
export async function within(clock: Clock, limit_ms: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined
  const limit = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, limit_ms)
  })
  await Promise.race([work.catch(() => undefined), limit])
  if (timer) clock.clearTimeout(timer)
}

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
