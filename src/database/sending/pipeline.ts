import type { Clock } from '../../domain/clock'
import type { Spool } from '../spool/spool'
import type { Lines, Store } from '../store'
import type { BatchSize } from './batch-size'
import { Delivery } from './delivery'
import { troubleOf, type Verdict } from './verdict'

const MEGABYTE = 1024 * 1024
/** Below what servers and the proxies in front of them take. */
const BATCH_BYTES = 4 * MEGABYTE

/**
 * What was taken from the spool and is not acknowledged: none, one or, while a backlog is drained, two batches.
 *
 * The verdict on the younger one counts only where the older one needed no second try; else it is sent again after it, so
 * that of two lines for the same moment the newer one stays.
 */
export class Pipeline {
  private deliveries: Delivery[] = []
  /** When the first line came that waits; undefined where that is long ago. */
  private since: number | undefined
  /** The spool had nothing to take, whatever it counts. */
  private dry = false

  constructor(
    private readonly spool: Pick<Spool, 'take' | 'giveBack' | 'status'>,
    private readonly store: Pick<Store, 'send'>,
    private readonly size: BatchSize,
    private readonly clock: Clock,
  ) {}

  get oldest(): Delivery | undefined {
    return this.deliveries[0]
  }

  /** Monotonic; undefined where the first line that waits has waited for long. */
  get waiting_since(): number | undefined {
    return this.since
  }

  /** Lines that can be taken. */
  get waiting(): number {
    if (this.dry) return 0
    const taken = this.deliveries.reduce((sum, { batch }) => sum + batch.count, 0)
    return this.spool.status().lines - taken
  }

  get holdsFullBatch(): boolean {
    return this.waiting >= this.size.lines
  }

  /** The spool has something new. */
  wake(): void {
    this.dry = false
    this.since ??= this.clock.monotonic()
  }

  /** Has a request under way for the oldest, which it returns, and where a backlog waits for one behind it. */
  async request(alone: boolean): Promise<Delivery | undefined> {
    const oldest = this.deliveries[0] ?? (await this.take())
    if (!oldest) return undefined
    this.send(oldest)
    if (alone || oldest.isBegun) return oldest
    const younger = this.deliveries[1] ?? (this.holdsFullBatch ? await this.take() : undefined)
    if (younger) this.send(younger)
    return oldest
  }

  /** Has the younger one sent again. Resolves when nothing is under way. */
  async recall(): Promise<void> {
    const younger = this.deliveries[1]
    await younger?.answer
    if (younger) younger.answer = undefined
  }

  /** The oldest is done. */
  shift(): void {
    this.deliveries.shift()
  }

  giveBack(): void {
    this.deliveries = []
    this.dry = false
    this.spool.giveBack()
  }

  private async take(): Promise<Delivery | undefined> {
    const batch = await this.spool.take({ lines: this.size.lines, bytes: BATCH_BYTES })
    this.dry = !batch
    if (!batch) return undefined
    const delivery = new Delivery(batch)
    this.deliveries.push(delivery)
    if (this.waiting <= 0) this.since = undefined
    return delivery
  }

  private send(delivery: Delivery): void {
    delivery.answer ??= this.verdictOn(delivery.take(this.size.lines))
  }

  private async verdictOn(lines: Lines): Promise<Verdict> {
    try {
      return await this.store.send(lines)
    } catch (thrown) {
      return troubleOf(thrown)
    }
  }
}
