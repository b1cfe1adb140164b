import type { Clock } from '../../src/domain/clock'
import { MonitorError } from '../../src/domain/errors'
import type { ServiceStatus } from './database-service'

/** What is lost goes on being lost while its cause lasts; one line an hour says how much. */
const LOSSES_EVERY_MS = 3_600_000

const LOSSES = {
  dropped: (count: number) => `${count} points were dropped: the spool had reached its bound, or its disk failed`,
  damaged_bytes: (count: number) => `${count} bytes of the spool were damaged on disk, and skipped`,
  quarantined: (count: number, { quarantine_reason }: ServiceStatus) =>
    `${count} points were put into the quarantine: ${quarantine_reason ?? 'the database does not take them'}`,
  expired: (count: number) => `${count} points were left out: the database does not keep anything that old`,
} as const

type Loss = keyof typeof LOSSES

export interface TroubleLog {
  /** A trouble has begun, or has another cause; its message names the place. */
  fault(error: MonitorError): void
  /** The same, where the cause passes by itself. */
  wait(error: MonitorError): void
  warn(text: string): void
  note(text: string): void
}

/** Puts into the log when a trouble of a database begins and when it ends, and what was lost in it. */
export class Troubles {
  private trouble: string | undefined
  private tiers: string | undefined
  private readonly told = new Map<Loss, { readonly count: number; readonly at_ms: number }>()

  constructor(
    /** What people call the database. */
    private readonly name: string,
    /** The folder of its spool. */
    private readonly folder: string,
    private readonly log: TroubleLog,
    private readonly clock: Clock,
  ) {}

  /** To be called when the status may have changed, and now and then. */
  follow(status: ServiceStatus): void {
    this.followState(status)
    for (const loss of Object.keys(LOSSES) as Loss[]) this.followLoss(loss, status)
    this.followTiers(status)
  }

  private followTiers({ tiers_trouble }: ServiceStatus): void {
    if (tiers_trouble !== undefined && tiers_trouble !== this.tiers) {
      this.log.warn(`${this.name}: ${tiers_trouble}; tiers are rolled up again from what raw readings are left`)
    }
    this.tiers = tiers_trouble
  }

  private followState({ state, code, message = state }: ServiceStatus): void {
    if (state === 'closed' || code === this.trouble) return
    if (code) this.log[state === 'retrying' ? 'wait' : 'fault'](new MonitorError(code, message))
    else this.log.note(`${this.name}: all is well again`)
    this.trouble = code
  }

  private followLoss(loss: Loss, status: ServiceStatus): void {
    const count = status[loss]
    const told = this.told.get(loss)
    if (count === (told?.count ?? 0)) return
    const at_ms = this.clock.monotonic()
    if (told && at_ms - told.at_ms < LOSSES_EVERY_MS) return
    this.log.warn(`${this.name}: ${LOSSES[loss](count - (told?.count ?? 0), status)}; see ${this.folder}`)
    this.told.set(loss, { count, at_ms })
  }
}
