import type { Clock, Timer } from './clock'

/** What `ask` resolves with; undefined where it fails or takes longer. Never rejects. */
export async function inTime<Answer>(
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  limit_ms: number,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  let timer: Timer | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = clock.setTimeout(() => resolve(undefined), limit_ms)
  })
  try {
    return await Promise.race([ask(), late])
  } catch {
    return undefined
  } finally {
    if (timer) clock.clearTimeout(timer)
  }
}
