import type { MeasuredKey } from '../../domain/reading'
import { beginsAnew, usedBetween } from '../../domain/energy-counter'
import type { Sample } from './sample'

/** Who tells the energy of a stretch between two good samples. `later`: a counter will, if it is seen again. */
export type Teller = 'counter' | 'power' | 'later'

/** What a counter showed last. */
interface Seen {
  /** Of a sample's values; -1 where samples do not carry it. */
  readonly index: number
  timestamp: number
  kwh: number
}

/**
 * The energy counter of one device: `energy_kwh` or, where that is missing, `energy_total_kwh`. What was counted since a sample
 * longer ago than the gap counts only where no good sample came between: what has to be read before a range then stays the gap
 * and the last good sample, and every range gives the same energy. Where a device answers without its meter for longer than that,
 * what it used is not counted: to find where its meter was heard last, all its readings might have to be read.
 */
export class Counter {
  /** Of the stretch that ends with the sample. */
  teller: Teller = 'power'
  /** What the counter tells of the stretch, kWh. */
  used_kwh = 0
  /** Whether that is spread over the stretch; else it falls to the moment of the sample. */
  isSpread = false
  /** Whether it begins anew with the sample. */
  isReset = false
  /** Timestamp of the sample before. */
  private last = Number.NaN
  private readonly own: Seen
  private readonly total: Seen

  constructor(
    fields: readonly MeasuredKey[],
    private readonly maximum_gap_ms: number,
  ) {
    this.own = { index: fields.indexOf('energy_kwh'), timestamp: Number.NaN, kwh: Number.NaN }
    this.total = { index: fields.indexOf('energy_total_kwh'), timestamp: Number.NaN, kwh: Number.NaN }
  }

  /**
   * @param sample a good one
   * @param previous when the one before was taken, as far as that tells anything of this one
   */
  look(sample: Sample, previous: number): void {
    const { own, total } = this
    this.isReset = false
    if (this.isKnown(own, sample, previous)) this.tell(own, sample, previous)
    else if (this.isKnown(total, sample, previous)) this.tell(total, sample, previous)
    else this.lookAhead()
    this.last = sample.timestamp
    observe(own, sample)
    if (total.index >= 0) observe(total, sample)
  }

  /** Nothing is known of what comes after the last sample. */
  lookAhead(): void {
    const { own, total, last } = this
    this.isReset = false
    this.teller = own.timestamp === last || total.timestamp === last ? 'later' : 'power'
  }

  private isKnown({ timestamp }: Seen, sample: Sample, previous: number): boolean {
    return timestamp === previous || sample.timestamp - timestamp <= this.maximum_gap_ms
  }

  private tell(seen: Seen, sample: Sample, previous: number): void {
    const kwh = sample.values[seen.index] as number
    this.teller = 'later'
    if (Number.isNaN(kwh)) return
    const elapsed_ms = sample.timestamp - seen.timestamp
    const isNear = elapsed_ms <= this.maximum_gap_ms
    // Ours has judged the device's already, and catches up at once on what it doubted at first.
    const isTrusted = seen === this.own && kwh >= seen.kwh
    const used_kwh = isTrusted ? kwh - seen.kwh : usedBetween(seen.kwh, kwh, elapsed_ms)
    this.isReset = beginsAnew(seen.kwh, kwh)
    if (used_kwh !== undefined) {
      this.teller = 'counter'
      this.used_kwh = used_kwh
      this.isSpread = isNear && seen.timestamp === previous && elapsed_ms > 0
      // Power that held as long as the gap would not tell what was used in an outage.
    } else if (isNear) this.teller = 'power'
  }
}

function observe(seen: Seen, { timestamp, values }: Sample): void {
  const kwh = values[seen.index] as number
  if (Number.isNaN(kwh)) return
  seen.timestamp = timestamp
  seen.kwh = kwh
}
