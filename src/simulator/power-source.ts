import { invalid } from '../domain/errors'

/** What an appliance draws. Seconds count from the moment its device was made. */
export interface PowerSource {
  power_w(at_s: number): number
  /** Energy between two moments, in watt-seconds. */
  energy_ws(from_s: number, to_s: number): number
}

/** From this second on, this many watts. */
export type TracePoint = readonly [second: number, watts: number]

export function constantPower(watts: number): PowerSource {
  return tracePower([[0, watts]], 1)
}

/**
 * Power that holds from each point to the next and starts over after `duration_s`. Before the first point it is what it
 * was after the last.
 * @throws MonitorError `INPUT_INVALID` where the seconds do not rise or a number is not finite
 */
export function tracePower(points: readonly TracePoint[], duration_s?: number): PowerSource {
  const last_s = points.at(-1)?.[0] ?? 0
  const length_s = duration_s ?? last_s + 1
  check(points, length_s)
  const first = points[0] as TracePoint
  const before: TracePoint[] = first[0] > 0 ? [[0, (points.at(-1) as TracePoint)[1]]] : []
  return new PowerTrace([...before, ...points], length_s)
}

function check(points: readonly TracePoint[], duration_s: number): void {
  let previous_s = -1
  for (const [second, watts] of points) {
    if (!(second > previous_s && second >= 0 && second < duration_s)) {
      throw invalid('INPUT_INVALID', 'second', second, `rising seconds from 0 to below ${duration_s}`)
    }
    if (!Number.isFinite(watts)) throw invalid('INPUT_INVALID', 'watts', watts, 'a finite number')
    previous_s = second
  }
  if (points.length === 0) throw invalid('INPUT_INVALID', 'points', points, 'at least one point')
}

class PowerTrace implements PowerSource {
  private readonly seconds: Float64Array
  private readonly watts: Float64Array
  /** Energy from second 0 to each point, so that any span costs two look-ups. */
  private readonly sums_ws: Float64Array
  private readonly cycle_ws: number

  constructor(
    points: readonly TracePoint[],
    private readonly duration_s: number,
  ) {
    this.seconds = Float64Array.from(points, ([second]) => second)
    this.watts = Float64Array.from(points, ([, watts]) => watts)
    this.sums_ws = new Float64Array(points.length)
    for (let index = 1; index < points.length; index++) this.sums_ws[index] = this.until(index - 1, this.second(index))
    this.cycle_ws = this.until(points.length - 1, duration_s)
  }

  power_w(at_s: number): number {
    return this.watts[this.indexAt(at_s - Math.floor(at_s / this.duration_s) * this.duration_s)] as number
  }

  energy_ws(from_s: number, to_s: number): number {
    return this.fromZero_ws(to_s) - this.fromZero_ws(from_s)
  }

  private fromZero_ws(at_s: number): number {
    const cycles = Math.floor(at_s / this.duration_s)
    const rest_s = at_s - cycles * this.duration_s
    return cycles * this.cycle_ws + this.until(this.indexAt(rest_s), rest_s)
  }

  private until(index: number, at_s: number): number {
    return (this.sums_ws[index] as number) + (this.watts[index] as number) * (at_s - this.second(index))
  }

  private second(index: number): number {
    return this.seconds[index] as number
  }

  /** The last point at or before a second of the cycle. */
  private indexAt(at_s: number): number {
    let low = 0
    let high = this.seconds.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.second(middle) <= at_s) low = middle
      else high = middle - 1
    }
    return low
  }
}
