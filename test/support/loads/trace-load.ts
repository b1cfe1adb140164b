import type { TimeRange } from '../../../src/database/history/record-source'
import type { Trace } from '../traces'
import type { Load } from './load'

const DAY_S = 86_400

/** A recorded day that comes again and again. */
export class TraceLoad implements Load {
  constructor(
    readonly range: TimeRange,
    private readonly trace: Trace,
    /** When the day begins. */
    private readonly day: number,
  ) {}

  power_w(moment: number): number {
    const { second } = this.place(moment)
    return this.trace.watts[Math.floor(second)] as number
  }

  energy_kwh(from: number, to: number): number {
    return this.before_kwh(to) - this.before_kwh(from)
  }

  private before_kwh(moment: number): number {
    const { days, second } = this.place(moment)
    const { watts, kwh } = this.trace
    const whole = Math.floor(second)
    const rest_kwh = ((watts[whole] as number) * (second - whole)) / 3_600_000
    return days * (kwh[DAY_S] as number) + (kwh[whole] as number) + rest_kwh
  }

  private place(moment: number): { readonly days: number; readonly second: number } {
    const since_s = (moment - this.day) / 1000
    const days = Math.floor(since_s / DAY_S)
    return { days, second: since_s - days * DAY_S }
  }
}
