import type { Energy, Statistics } from '../../readings'
import { meterQuery, type MeterModule, type Query } from './iot-query'
import { DAY_MS, type LocalTime, type StatisticsAnswer, type StatisticsMethod } from './iot-statistics'

/** Day and month change slowly and cost two requests. */
export const STATISTICS_INTERVAL_MS = 600_000
/** The interval is shortened by up to this part of it, so that devices met together do not ask together for ever. */
const STAGGER = 0.25
const NOTHING: Statistics = {}
const BOTH: readonly StatisticsMethod[] = ['get_daystat', 'get_monthstat']

/** What is known of one meter: the device's own or an outlet's. Times are of the monotonic clock. */
export class Meter {
  /** Asks it by itself. */
  readonly query: Query
  /** What it said last; of an outlet only, for the sum of its strip. */
  latest: Energy | undefined
  answered = false
  methods = BOTH
  private statistics = NOTHING
  private due_at = -Infinity
  private valid_until = -Infinity

  constructor(
    readonly module: MeterModule,
    readonly child_id?: string,
  ) {
    this.query = meterQuery(module, child_id)
  }

  isDue(now: number): boolean {
    return now >= this.due_at && this.methods.length > 0
  }

  /** The device's counters as last heard, until its day ends. */
  statisticsAt(now: number): Statistics {
    return now < this.valid_until ? this.statistics : NOTHING
  }

  /** What an outlet said last, for the sum of its strip. */
  measurementAt(now: number): Energy & Statistics {
    return { ...this.latest, ...this.statisticsAt(now) }
  }

  learn(answer: StatisticsAnswer, now: number, time: LocalTime, random: number): void {
    const day_ends_at = now + DAY_MS - (time % DAY_MS)
    this.statistics = answer.statistics
    this.valid_until = day_ends_at
    this.due_at = Math.min(now + STATISTICS_INTERVAL_MS * (1 - STAGGER * random), day_ends_at)
    if (answer.unsupported.length === 0) return
    this.methods = this.methods.filter((method) => !answer.unsupported.includes(method))
  }

  /** After an answer that did not come. */
  postpone(now: number): void {
    this.due_at = now + STATISTICS_INTERVAL_MS
  }
}
