import type { TimeRange } from '../../../src/database/history/record-source'
import type { Reading } from '../../../src/domain/reading'
import type { PolledDeviceOptions } from './polled-device'

const MS_W_PER_KWH = 3.6e9
/** One step of the counter. */
const STEP_KWH = 0.001

/** A figure that is known, and how far off it may be shown because nobody can know it better. */
export interface Known {
  readonly value: number
  readonly margin: number
}

/** Up to which moment the counter has counted at the end of a bucket. */
interface Edge {
  readonly moment: number
  /** Used between the two looks at the counter around it. */
  readonly unseen_kwh: number
}

/** What is true of a device's load in any bucket, as far as its readings reach. */
export class Truth {
  readonly device_id: string
  /** Of readings that count. */
  readonly moments: readonly number[]
  private readonly counted: readonly number[]
  private readonly metered: readonly number[]

  constructor(
    private readonly options: PolledDeviceOptions,
    readings: readonly Reading[],
    private readonly maximum_gap_ms: number,
  ) {
    const good = readings.filter(({ quality }) => quality === 'good')
    const momentsOf = (found: readonly Reading[]) => found.map(({ timestamp }) => timestamp)
    this.device_id = options.device_id
    this.moments = momentsOf(good)
    this.metered = momentsOf(good.filter(({ power_w }) => power_w !== undefined))
    this.counted = momentsOf(good.filter(({ energy_total_kwh }) => energy_total_kwh !== undefined))
  }

  /**
   * What was used, by the counter. What was used in an outage counts when the counter is seen again. Unknown is a step of the
   * counter at either end, when between the two polls around it energy flowed, and what a reset took away.
   */
  energy(bucket: TimeRange): Known {
    if (this.options.counter === 'none') return this.integral(bucket)
    const [from, to] = [this.edge(bucket.from), this.edge(bucket.to)]
    return {
      value: this.options.load.energy_kwh(from.moment, to.moment),
      margin: 2 * STEP_KWH + this.unseenAtEdges_kwh(bucket) + this.lostByResets(from.moment, to.moment),
    }
  }

  /** What was used between the two looks at the counter around each end. */
  unseenAtEdges_kwh({ from, to }: TimeRange): number {
    return this.edge(from).unseen_kwh + this.edge(to).unseen_kwh
  }

  /** What was used while power was known: unknown is what has changed between two polls. */
  integral(bucket: TimeRange): Known {
    const { load } = this.options
    let [value, margin] = [0, 0]
    for (const { from, to, moment } of this.holds(bucket)) {
      const energy_kwh = load.energy_kwh(from, to)
      value += energy_kwh
      margin += Math.abs(energy_kwh - (load.power_w(moment) * (to - from)) / MS_W_PER_KWH)
    }
    return { value, margin }
  }

  /** For how long power was known, ms. */
  held_ms(bucket: TimeRange): number {
    let held_ms = 0
    for (const { from, to } of this.holds(bucket)) held_ms += to - from
    return held_ms
  }

  /** Whether power was known all the time, and the counter began anew neither then nor on the way there. */
  isHeardThroughout(bucket: TimeRange): boolean {
    const { resets = [] } = this.options
    const { maximum_gap_ms } = this
    const forgot = resets.some((at) => at >= bucket.from - maximum_gap_ms && at < bucket.to + maximum_gap_ms)
    return !forgot && this.held_ms(bucket) === bucket.to - bucket.from
  }

  get hasCounter(): boolean {
    return this.options.counter !== 'none'
  }

  samples(bucket: TimeRange): number {
    return firstFrom(this.moments, bucket.to) - firstFrom(this.moments, bucket.from)
  }

  private *holds(bucket: TimeRange): Generator<TimeRange & { readonly moment: number }> {
    const { metered, maximum_gap_ms } = this
    for (let index = Math.max(0, firstFrom(metered, bucket.from) - 1); index < metered.length; index++) {
      const moment = metered[index] as number
      if (moment >= bucket.to) return
      const from = Math.max(moment, bucket.from)
      const to = Math.min(metered[index + 1] ?? Infinity, moment + maximum_gap_ms, bucket.to)
      if (from < to) yield { from, to, moment }
    }
  }

  private edge(moment: number): Edge {
    const { counted, maximum_gap_ms } = this
    const next = firstFrom(counted, moment)
    const [before, after] = [counted[next - 1], counted[next]]
    if (before === undefined || after === undefined) return { moment: before ?? after ?? moment, unseen_kwh: 0 }
    if (after - before > maximum_gap_ms) return { moment: before, unseen_kwh: 0 }
    return { moment, unseen_kwh: this.options.load.energy_kwh(before, after) }
  }

  private lostByResets(from: number, to: number): number {
    const resets = (this.options.resets ?? []).filter((reset) => reset > from && reset <= to)
    return resets.reduce((sum, reset) => {
      const before = this.counted[firstFrom(this.counted, reset) - 1] ?? reset
      return sum + STEP_KWH + this.options.load.energy_kwh(before, reset)
    }, 0)
  }
}

/** Index of the first that is not before a moment. */
function firstFrom(moments: readonly number[], moment: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle] as number) < moment) low = middle + 1
    else high = middle
  }
  return low
}
