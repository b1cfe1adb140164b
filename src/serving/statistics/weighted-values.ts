/** What is known of a value over stretches of time. `trend_per_h`: how fast it rises, by the straight line that fits best. */
export interface ValueStatistics {
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
  readonly median: number
  /** Standard deviation from the mean. */
  readonly deviation: number
  readonly p5: number
  readonly p25: number
  readonly p75: number
  readonly p95: number
  readonly p99: number
  /** Absent where all is of one moment. */
  readonly trend_per_h?: number
}

/** One stretch of time. */
export interface Stretch {
  /** Its middle, ms since the epoch, UTC. */
  readonly timestamp: number
  readonly covered_s: number
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
}

const MS_PER_H = 3_600_000
const PERCENTILES = { p5: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const
/** Shares are sums: one that is meant to be reached may be missed by rounding. */
const ROUNDING = 1e-9

/** Each stretch counts by how much of it is covered; undefined where none is. */
export function statisticsOf(given: readonly Stretch[]): ValueStatistics | undefined {
  const stretches = given.filter(({ covered_s }) => covered_s > 0)
  const weight = sumOf(stretches, () => 1)
  if (weight === 0) return undefined
  const mean = sumOf(stretches, (each) => each.mean) / weight
  const variance = sumOf(stretches, (each) => (each.mean - mean) ** 2) / weight
  const slope = slopeOf(stretches, weight, mean)
  return {
    mean,
    minimum: stretches.reduce((least, each) => Math.min(least, each.minimum), Infinity),
    maximum: stretches.reduce((most, each) => Math.max(most, each.maximum), -Infinity),
    deviation: Math.sqrt(variance),
    ...percentilesOf(stretches, weight),
    ...(slope !== undefined && { trend_per_h: slope * MS_PER_H }),
  }
}

/** Per ms, by least squares; moments are taken from their mean, because squares of epochs leave no digits. */
function slopeOf(stretches: readonly Stretch[], weight: number, mean: number): number | undefined {
  const [{ timestamp: origin } = { timestamp: 0 }] = stretches
  const middle = sumOf(stretches, (each) => each.timestamp - origin) / weight
  const spread = sumOf(stretches, (each) => (each.timestamp - origin - middle) ** 2)
  if (spread === 0) return undefined
  return sumOf(stretches, (each) => (each.timestamp - origin - middle) * (each.mean - mean)) / spread
}

function percentilesOf(
  stretches: readonly Stretch[],
  weight: number,
): Readonly<Record<keyof typeof PERCENTILES, number>> {
  const ordered = stretches.toSorted((one, other) => one.mean - other.mean)
  const reached = (part: number): number => {
    let left = part * weight * (1 - ROUNDING)
    for (const { mean, covered_s } of ordered) {
      left -= covered_s
      if (left <= 0) return mean
    }
    return (ordered.at(-1) as Stretch).mean
  }
  const { p5, p25, median, p75, p95, p99 } = PERCENTILES
  return {
    p5: reached(p5),
    p25: reached(p25),
    median: reached(median),
    p75: reached(p75),
    p95: reached(p95),
    p99: reached(p99),
  }
}

function sumOf(stretches: readonly Stretch[], value: (stretch: Stretch) => number): number {
  return stretches.reduce((sum, each) => sum + each.covered_s * value(each), 0)
}
