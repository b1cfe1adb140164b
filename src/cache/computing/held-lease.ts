import type { Clock, Timer } from '../../domain/clock'
import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'

/** How long another process waits at most for one that has died, and how often a living one says that it lives. */
export const LEASE_MS = 3000
const RENEW_MS = LEASE_MS / 3

/** A lease that is renewed until it ends. */
export class HeldLease {
  private timer: Timer | undefined
  private hasEnded = false

  constructor(
    private readonly lease: Lease,
    private readonly clock: Clock,
    private readonly onLost: () => void,
  ) {}

  hold(): void {
    this.timer = this.clock.setTimeout(() => {
      this.hold()
      void this.check()
    }, RENEW_MS)
  }

  /** It lasts for `LEASE_MS` from its last renewal. */
  letGo(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  async check(): Promise<void> {
    if (!(await this.lease.renew()) && !this.hasEnded) this.onLost()
  }

  commit(entry: CacheEntry): Promise<boolean> {
    this.end()
    return this.lease.commit(entry)
  }

  release(): Promise<void> {
    this.end()
    return this.lease.release()
  }

  private end(): void {
    this.hasEnded = true
    this.letGo()
  }
}
