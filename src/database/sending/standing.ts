import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import { BackOff } from './back-off'
import type { Trouble } from './verdict'

const HELD_MS = 30_000
const HELD_SPREAD = 0.2

/** How it stands with a store: whether it takes lines, why it does not, and when to ask again. */
export class Standing {
  /** Why nothing is sent: absent while all is well. `held` asks for a person. */
  trouble: { readonly held: boolean; readonly error: MonitorError } | undefined
  /** Whether the store has shown that it takes lines, since there was reason to doubt it. */
  proven = false
  /** Monotonic. */
  resume_at = 0
  private readonly backOff: BackOff
  /** Whether the store may have forgotten the last it took. At first nobody knows how an earlier run of it ended. */
  private lost = true
  private answered_at: number | undefined

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly onChange: () => void,
  ) {
    this.backOff = new BackOff(random)
  }

  failed(trouble: Trouble): void {
    const { error } = trouble
    const held = trouble.kind === 'held'
    this.resume_at = this.clock.monotonic() + (trouble.kind === 'held' ? this.heldPause() : this.pauseOf(trouble))
    const isNew = this.trouble?.error.code !== error.code || this.trouble.held !== held
    this.trouble = { held, error }
    if (isNew) this.onChange()
  }

  /** It has looked at lines and said what it thinks of them. */
  answered(): void {
    this.backOff.reset()
    this.answered_at = this.clock.monotonic()
    if (!this.trouble) return
    this.trouble = undefined
    this.onChange()
  }

  /**
   * How far back the store may have forgotten what it took, in ms, if it crashed and nobody saw it: right after it last
   * answered, at the earliest.
   */
  doubt(grace_ms: number): number {
    if (grace_ms <= 0) return 0
    const now = this.clock.monotonic()
    return grace_ms + now - (this.answered_at ?? now)
  }

  /** The same where the connection was lost: once for each loss, then 0. */
  takeLoss(grace_ms: number): number {
    const { lost } = this
    this.lost = false
    return lost ? this.doubt(grace_ms) : 0
  }

  private heldPause(): number {
    this.proven = false
    return HELD_MS * (1 - HELD_SPREAD + 2 * HELD_SPREAD * this.random())
  }

  private pauseOf({ after_ms, lost_connection, timed_out }: Extract<Trouble, { readonly kind: 'retry' }>): number {
    if (lost_connection || timed_out) this.proven = false
    // A slow one has forgotten nothing. Where it is gone, the probe that comes next will say so.
    if (lost_connection && !timed_out) this.lost = true
    return this.backOff.next(after_ms)
  }
}
