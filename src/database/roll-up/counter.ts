import type { MeasuredKey } from '../../domain/reading'
import { beginsAnew, usedBetween } from '../../domain/energy-counter'
import type { Sample } from './sample'

/** Who tells the energy of a stretch between two samples. `later`: the counter will, if it is seen again. */
export type Teller = 'counter' | 'power' | 'later'

/**
 * The energy counter of one device: `energy_kwh`, or `energy_total_kwh` where samples carry that alone. What was counted since
 * a sample longer ago than the gap counts only where no sample came between: what has to be read before a range then
 * stays the gap and one sample, and every range gives the same energy.
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
  private readonly own: number
  private readonly total: number
  private index: number
  private at = Number.NaN
  private kwh = Number.NaN

  constructor(
    fields: readonly MeasuredKey[],
    private readonly maximum_gap_ms: number,
  ) {
    this.own = fields.indexOf('energy_kwh')
    this.total = fields.indexOf('energy_total_kwh')
    this.index = this.own
  }

  /** @param previous when the sample before was taken, suspect or not */
  look(sample: Sample, previous: number): void {
    const elapsed_ms = sample.timestamp - this.at
    const isNear = elapsed_ms <= this.maximum_gap_ms
    const isKnown = this.at === previous || isNear
    this.isReset = false
    this.teller = isKnown ? 'later' : 'power'
    if (sample.suspect) return
    const index = this.indexIn(sample, isKnown)
    const kwh = index < 0 ? Number.NaN : (sample.values[index] as number)
    if (Number.isNaN(kwh)) return
    if (isKnown && index === this.index) this.count(kwh, elapsed_ms, isNear, previous)
    else this.teller = 'power'
    this.index = index
    this.at = sample.timestamp
    this.kwh = kwh
  }

  /** Nothing is known of what comes after `previous`. */
  lookAhead(previous: number): void {
    this.teller = this.at === previous ? 'later' : 'power'
    this.isReset = false
  }

  /** A device that has a counter of ours is not counted by its own as well, in a sample where ours is missing. */
  private indexIn({ values }: Sample, isKnown: boolean): number {
    const hasOwn = this.own >= 0 && !Number.isNaN(values[this.own])
    return hasOwn || (isKnown && this.index === this.own) ? this.own : this.total
  }

  private count(kwh: number, elapsed_ms: number, isNear: boolean, previous: number): void {
    // Ours has judged the device's already, and catches up at once on what it doubted at first.
    const isTrusted = this.index === this.own && kwh >= this.kwh
    const used_kwh = isTrusted ? kwh - this.kwh : usedBetween(this.kwh, kwh, elapsed_ms)
    this.isReset = beginsAnew(this.kwh, kwh)
    this.isSpread = isNear && this.at === previous && elapsed_ms > 0
    // Power that held as long as the gap would not tell what was used in an outage.
    this.teller = used_kwh !== undefined ? 'counter' : isNear ? 'power' : 'later'
    this.used_kwh = used_kwh ?? 0
  }
}
