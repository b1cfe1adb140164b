import type { Clock } from '../../src/domain/clock'
import type { ErrorCode } from '../../src/domain/errors'
import type { RetentionReport, RetentionStatus } from '../../src/retention/retention-report'

/** What a person may have to do something about, and when it is over. */
export interface RetentionEvent {
  readonly event: RetentionEventName
  /** ms since the epoch, UTC. */
  readonly timestamp: number
  readonly code?: ErrorCode
  readonly message?: string
  /** Of `shortened`: how long raw readings are kept now. */
  readonly raw_keep_days?: number
  /** Of `too_late`: rows that stay as they were, because too little is left to make them anew. */
  readonly rows?: number
}

export type RetentionEventName = 'lagging' | 'caught_up' | 'failed' | 'recovered' | 'shortened' | 'too_late'

/** States that begin and end; what is between two of them, such as a run, ends none. */
const TROUBLES = { lagging: 'caught_up', failed: 'recovered' } as const
type Trouble = keyof typeof TROUBLES

/** Tells once when something begins, and once when it is over. */
export class RetentionEvents {
  private readonly lasting = new Set<Trouble>()
  private shortened_to_days: number | undefined

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly tell: (event: RetentionEvent) => void,
  ) {}

  follow({ state, code, message }: RetentionStatus): void {
    if (state === 'waiting') this.end()
    if (state !== 'lagging' && state !== 'failed') return
    if (this.lasting.has(state)) return
    this.lasting.add(state)
    this.say(state, { ...(code && { code }), ...(message !== undefined && { message }) })
  }

  read({ dry, raw_shortened_to_days, tiers }: RetentionReport): void {
    if (dry) return
    // It changes a little with every run: whole days are worth a word.
    const days = raw_shortened_to_days === undefined ? undefined : Math.floor(raw_shortened_to_days)
    if (days !== undefined && days !== this.shortened_to_days) this.say('shortened', { raw_keep_days: days })
    this.shortened_to_days = days
    const rows = tiers.reduce((sum, { kept }) => sum + kept, 0)
    if (rows > 0) this.say('too_late', { rows })
  }

  private end(): void {
    for (const trouble of this.lasting) this.say(TROUBLES[trouble], {})
    this.lasting.clear()
  }

  private say(event: RetentionEventName, more: Omit<RetentionEvent, 'event' | 'timestamp'>): void {
    this.tell({ event, timestamp: this.clock.now(), ...more })
  }
}
