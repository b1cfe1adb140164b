import type { Clock } from '../../domain/clock'

/** `count`: lines since this was last told. `expired`: older than the store keeps. */
export interface BadReport {
  /** In the store's words, about the newest of them. */
  readonly reason: string
  readonly count: number
  readonly expired: boolean
}
export type OnBad = (report: BadReport) => void

interface Counted {
  reason: string
  count: number
  readonly expired: boolean
  told_at: number
}

const HOUR_MS = 3_600_000
const MAXIMUM_KINDS = 100
const MAXIMUM_KEY = 200
const OTHERS = 'others'

/** Tells of bad lines once for each kind of reason and hour, however many there are. */
export class ReasonReports {
  private readonly kinds = new Map<string, Counted>()

  constructor(
    private readonly clock: Clock,
    private readonly onBad: OnBad,
  ) {}

  add(reason: string, expired: boolean): void {
    const kind = this.kindOf(reason)
    const counted = this.kinds.get(kind) ?? { reason, count: 0, expired, told_at: -Infinity }
    counted.reason = reason
    counted.count++
    this.kinds.set(kind, counted)
  }

  tell(): void {
    const now = this.clock.monotonic()
    for (const [kind, counted] of this.kinds) {
      const { reason, count, expired } = counted
      if (now - counted.told_at < HOUR_MS) continue
      if (count === 0) this.kinds.delete(kind)
      else this.onBad({ reason, count, expired })
      counted.count = 0
      counted.told_at = now
    }
  }

  /** Servers quote the line and its values: what is left without them is the kind. */
  private kindOf(reason: string): string {
    const words = reason.replace(/'[^']*'|"[^"]*"|\d+/g, '').slice(0, MAXIMUM_KEY)
    return this.kinds.has(words) || this.kinds.size < MAXIMUM_KINDS ? words : OTHERS
  }
}
