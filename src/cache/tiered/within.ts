import type { Clock, Timer } from '../../domain/clock'

/** Waits for some work, but no longer than so; how it ends is nobody's concern here. */
export async function within(clock: Clock, limit_ms: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined
  const limit = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, limit_ms)
  })
  await Promise.race([work.catch(() => undefined), limit])
  if (timer) clock.clearTimeout(timer)
}
