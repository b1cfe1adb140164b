import type { TimeRange } from '../../../src/database/history/record-source'
import { tracePower, type PowerSource, type TracePoint } from '../../../src/simulator/power-source'

const WS_PER_KWH = 3_600_000

/** So long, so many watts. */
export type Step = readonly [duration_s: number, watts: number]

/** What an appliance takes in a range of time, known exactly. */
export interface Load {
  readonly range: TimeRange
  power_w(moment: number): number
  energy_kwh(from: number, to: number): number
}

/** Power that holds from step to step. */
export class SteppedLoad implements Load {
  private readonly source: PowerSource

  constructor(
    readonly range: TimeRange,
    steps: Iterable<Step>,
  ) {
    const length_s = (range.to - range.from) / 1000
    this.source = tracePower(pointsOf(steps, length_s), length_s)
  }

  power_w(moment: number): number {
    return this.source.power_w(this.second(moment))
  }

  energy_kwh(from: number, to: number): number {
    return this.source.energy_ws(this.second(from), this.second(to)) / WS_PER_KWH
  }

  private second(moment: number): number {
    return (moment - this.range.from) / 1000
  }
}

function pointsOf(steps: Iterable<Step>, length_s: number): TracePoint[] {
  const points: TracePoint[] = []
  let second = 0
  for (const [duration_s, watts] of steps) {
    points.push([second, watts])
    second += duration_s
    if (second >= length_s) break
  }
  return points
}
