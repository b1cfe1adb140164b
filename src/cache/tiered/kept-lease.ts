import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'

/** A lease whose value is kept in memory as well, and which never rejects. */
export class KeptLease implements Lease {
  constructor(
    private readonly lease: Lease,
    /** Ends the watch over the key, and says whether nobody has changed it since the lease was asked for. */
    private readonly isUntouched: () => boolean,
    /** Puts the value into memory; without one: takes out what there is, because Redis has another now. */
    private readonly keep: (entry: CacheEntry | undefined) => void,
  ) {}

  /** True where Redis does not answer: `commit` will show. */
  renew(): Promise<boolean> {
    return this.lease.renew().catch(() => true)
  }

  /**
   * Where Redis does not answer, memory alone keeps the value. It does not wait for the return of Redis: by then another
   * may have deleted the key.
   */
  async commit(entry: CacheEntry): Promise<boolean> {
    const isCommitted = await this.lease.commit(entry).catch(() => undefined)
    const isUntouched = this.isUntouched()
    if (isCommitted !== false) this.keep(isUntouched ? entry : undefined)
    return isCommitted ?? isUntouched
  }

  async release(): Promise<void> {
    this.isUntouched()
    await this.lease.release().catch(() => undefined)
  }
}
