/** One look at something, so long after the begin. */
export interface Point {
  readonly at_s: number
  readonly value: number
}

export interface Slope {
  /** By least squares. */
  readonly per_h: number
  /** One standard error of it. */
  readonly error_per_h: number
}

const HOUR_S = 3600

export function slopeOf(points: readonly Point[]): Slope {
  const count = points.length
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / count
  const [at, value] = [mean(({ at_s }) => at_s), mean((point) => point.value)]
  const spread = points.reduce((sum, { at_s }) => sum + (at_s - at) ** 2, 0)
  const slope = points.reduce((sum, point) => sum + (point.at_s - at) * (point.value - value), 0) / spread
  const rest = points.reduce((sum, point) => sum + (point.value - value - slope * (point.at_s - at)) ** 2, 0)
  const error = Math.sqrt(rest / (count - 2) / spread)
  return { per_h: slope * HOUR_S, error_per_h: error * HOUR_S }
}

/** What comes first, while everything is being filled, tells nothing. */
export function secondHalf(points: readonly Point[]): readonly Point[] {
  return points.slice(Math.floor(points.length / 2))
}

/** Whether it grows: by more than chance explains, and by more than `tolerated` of what it is, in the second half of the time. */
export function grows(points: readonly Point[], tolerated: number): boolean {
  const settled = secondHalf(points)
  const [first, last] = [settled[0], settled.at(-1)]
  if (!first || !last || settled.length < 3) return false
  const { per_h, error_per_h } = slopeOf(settled)
  const grown = (per_h * (last.at_s - first.at_s)) / HOUR_S
  return per_h > 3 * error_per_h && grown > tolerated * first.value
}
