import type { Clock } from '../../src/domain/clock'

const TOLD_PER_HOUR = 3
const HOUR_MS = 3_600_000

/** For what may come and go all day long: the log hears of so many times in an hour. */
export class Seldom {
  /** When it was told. */
  private told_ms: readonly number[] = []

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** The text as it is to be logged; undefined where that was told often enough. */
  pass(text: string): string | undefined {
    const now_ms = this.clock.monotonic()
    const recent = this.told_ms.filter((told_ms) => now_ms - told_ms < HOUR_MS)
    if (recent.length >= TOLD_PER_HOUR) return undefined
    this.told_ms = [...recent, now_ms]
    const isLast = this.told_ms.length === TOLD_PER_HOUR
    return isLast ? `${text}. It was the ${TOLD_PER_HOUR}rd time in an hour; others in it are not logged` : text
  }
}
