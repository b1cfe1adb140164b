import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { evenBuckets } from '../../../src/database/history/bucket-edges'
import { downsample, sampleFields, type Bucket, type DownsampleOptions } from '../../../src/database/history/downsample'
import type { Sample } from '../../../src/database/roll-up/sample'
import type { MeasuredKey } from '../../../src/domain/reading'

/** What the energy of a bucket is a multiple of. */
const ENERGY_RESOLUTION_KWH = 1e-6
const FIELDS: MeasuredKey[] = ['power_w', 'energy_kwh', 'on']
const HOUR = 3_600_000

interface Values {
  readonly power_w?: number
  readonly energy_kwh?: number
  readonly on?: number
}

function sample(timestamp: number, values: Values, suspect = false): Sample {
  const inOrder = sampleFields(FIELDS).map((field) => values[field as keyof Values] ?? Number.NaN)
  return { timestamp, suspect, values: inOrder }
}

type EvenOptions = Omit<DownsampleOptions, 'buckets'> & { readonly bucket_ms: number }

function run(samples: Iterable<Sample>, options: Partial<EvenOptions>): Bucket[] {
  const complete = { from: 0, to: HOUR, maximum_gap_ms: 300_000, fields: FIELDS, ...options }
  return [...downsample(samples, { ...complete, buckets: evenBuckets(options.bucket_ms ?? HOUR) })]
}

/** A fridge: 120 W for 20 minutes of every hour, 2 W else; seen every 2 s while it runs and every 60 s else. */
function* fridge(hours: number, resetAfter_ms = Number.POSITIVE_INFINITY): Generator<Sample> {
  let energy_kwh = 0
  for (let now = -60_000; now <= hours * HOUR;) {
    const phase = (now + 60_000) % HOUR
    const power_w = phase < 20 * 60_000 ? 120 : 2
    yield sample(now, { power_w, energy_kwh: Math.floor(energy_kwh * 10_000) / 10_000 })
    const step = power_w === 120 ? 2000 : 60_000
    if (now < resetAfter_ms && now + step >= resetAfter_ms) energy_kwh = 0
    energy_kwh += (power_w * step) / 3.6e9
    now += step
  }
}
const FRIDGE_WH = (120 * 20 + 2 * 40) / 60

function near(actual: number | undefined, expected: number, share: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= share * expected,
    `${actual} is not near ${expected}`,
  )
}

describe('downsampling', () => {
  it('gives the true mean and energy of a fridge that is polled at changing intervals', () => {
    const buckets = run(fridge(6), { to: 6 * HOUR })
    assert.equal(buckets.length, 6)
    for (const bucket of buckets) {
      near(bucket.fields.power_w?.mean, FRIDGE_WH, 0.01)
      near(bucket.energy_kwh, FRIDGE_WH / 1000, 0.01)
      assert.equal(bucket.covered_s, 3600)
    }
  })

  it('loses nothing but one step when the counter starts again', () => {
    const buckets = run(fridge(6, 2.5 * HOUR), { to: 6 * HOUR })
    for (const { energy_kwh } of buckets) near(energy_kwh, FRIDGE_WH / 1000, 0.01)
  })

  it('integrates power where there is no counter', () => {
    const withoutCounter = [...fridge(2)].map(({ timestamp, values }) =>
      sample(timestamp, { power_w: values[0] as number }),
    )
    for (const { energy_kwh } of run(withoutCounter, { to: 2 * HOUR })) near(energy_kwh, FRIDGE_WH / 1000, 0.01)
  })

  it('does not let a value hold over an outage, and tells its energy where the counter is seen again', () => {
    const samples = [sample(0, { power_w: 60, energy_kwh: 1 }), sample(5 * HOUR, { power_w: 60, energy_kwh: 1.3 })]
    const buckets = run(samples, { to: 6 * HOUR })
    assert.deepEqual(
      buckets.map(({ timestamp, count, covered_s }) => ({ timestamp, count, covered_s })),
      [
        { timestamp: 0, count: 1, covered_s: 300 },
        { timestamp: 5 * HOUR, count: 1, covered_s: 300 },
      ],
    )
    assert.equal(buckets[0]?.energy_kwh, undefined)
    near(buckets[1]?.energy_kwh, 0.3, 1e-9)
  })

  it('lets the value before a bucket hold into it', () => {
    const samples = [sample(50_000, { power_w: 10 }), sample(90_000, { power_w: 30 })]
    const [, second] = run(samples, { to: 120_000, bucket_ms: 60_000 })
    assert.deepEqual(second?.fields.power_w, { mean: 20, minimum: 10, maximum: 30 })
    assert.equal(second?.count, 1)
  })

  it('keeps suspect readings out of everything', () => {
    const samples = [
      sample(0, { power_w: 10, energy_kwh: 1 }),
      sample(10_000, { power_w: 99_999, energy_kwh: 5000 }, true),
      sample(20_000, { power_w: 10, energy_kwh: 1.5 }),
    ]
    const [bucket] = run(samples, {})
    assert.deepEqual(bucket?.fields.power_w, { mean: 10, minimum: 10, maximum: 10 })
    assert.equal(bucket?.count, 2)
    near(bucket?.energy_kwh, 0.5, 1e-9)
  })

  it('counts a switch as the share of time that it was on', () => {
    const samples = [sample(0, { on: 1 }), sample(15_000, { on: 0 })]
    const [bucket] = run(samples, { to: 60_000, bucket_ms: 60_000 })
    assert.equal(bucket?.fields.on?.mean, 0.25)
    assert.equal(bucket?.fields.power_w, undefined)
    assert.equal(bucket?.energy_kwh, undefined)
  })

  it('leaves out buckets that nothing covers, however many they are', () => {
    const far = 40_000 * HOUR
    const buckets = run([sample(0, { power_w: 1 }), sample(far, { power_w: 1 })], { to: far + HOUR, bucket_ms: 1000 })
    assert.equal(buckets.length, 600)
  })

  it('tells whether energy comes from the counter, from power, or from both', () => {
    const counted = [0, 30].map((second) => sample(second * 1000, { power_w: 1, energy_kwh: second / 1000 }))
    const later = [60, 90].map((second) => sample(second * 1000, { power_w: 1, energy_kwh: second / 1000 }))
    const sources = (samples: readonly Sample[], to: number) =>
      run(samples, { to, bucket_ms: to }).map(({ energy_source }) => energy_source)
    assert.deepEqual(sources([...counted, ...later], 60_000), ['counter'])
    assert.deepEqual(sources([sample(0, { power_w: 1 })], 60_000), ['integral'])
    assert.deepEqual(sources([...[0, 30].map((second) => sample(second * 1000, { power_w: 1 })), ...later], 120_000), [
      'mixed',
    ])
    assert.deepEqual(sources([sample(0, { on: 1 })], 60_000), [undefined])
  })

  it('agrees with a count of every single millisecond', () => {
    fc.assert(
      fc.property(
        someSamples,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 5, max: 60 }),
        (samples, gap, size) => {
          const options = { from: 37, to: 211, bucket_ms: size, maximum_gap_ms: gap, fields: FIELDS }
          assertSame(run(samples, options).map(withoutSource), oracle(samples, options))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('gives a bucket the same content whatever range is asked for, from the samples that the range needs', () => {
    fc.assert(
      fc.property(
        someSamples,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 9 }),
        (samples, gap, first) => {
          const all = { from: 0, to: 250, bucket_ms: 25, maximum_gap_ms: gap, fields: FIELDS }
          const part = { ...all, from: first * 25, to: first * 25 + 25 }
          const before = samples.findLast(({ timestamp, suspect }) => timestamp < part.from && !suspect)
          const start = Math.min(before?.timestamp ?? 0, part.from - gap)
          const after = samples.findIndex(({ timestamp, suspect }) => timestamp >= part.to && !suspect)
          const needed = samples
            .slice(0, after < 0 ? undefined : after + 1)
            .filter(({ timestamp }) => timestamp >= start)
          const whole = run(samples, all).filter(({ timestamp }) => timestamp === part.from)
          assertSame(run(needed, part), whole)
        },
      ),
      { numRuns: 500 },
    )
  })
})

const counts = (max: number) => fc.integer({ min: 0, max }).map((steps) => steps / 1000)
const someValues = fc.record(
  {
    power_w: fc.integer({ min: 0, max: 100 }),
    energy_kwh: fc.oneof(counts(50), counts(500), fc.constant(3)),
    on: fc.integer({ min: 0, max: 1 }),
  },
  { requiredKeys: [] },
)
const someSamples = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 250 }), someValues, fc.integer({ min: 0, max: 9 })), { maxLength: 30 })
  .map((drafts) => {
    const byTime = new Map(drafts.map((draft) => [draft[0], draft]))
    const inOrder = [...byTime.values()].sort((a, b) => a[0] - b[0])
    return inOrder.map(([timestamp, values, luck]) => sample(timestamp, values as Values, luck === 0))
  })

function assertSame(actual: readonly Bucket[], expected: readonly Bucket[]): void {
  assert.deepEqual(actual.map(withoutEnergy), expected.map(withoutEnergy))
  actual.forEach(({ energy_kwh }, index) => {
    const other = expected[index]?.energy_kwh
    assert.equal(energy_kwh === undefined, other === undefined)
    assert.ok(Math.abs((energy_kwh ?? 0) - (other ?? 0)) <= ENERGY_RESOLUTION_KWH, `${energy_kwh}, not ${other} kWh`)
  })
}

function withoutEnergy({ energy_kwh: _, ...rest }: Bucket): unknown {
  return rounded(rest)
}

function rounded(bucket: object): unknown {
  return JSON.parse(
    JSON.stringify(bucket, (_key, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(12)) : value)),
  )
}

function withoutSource(bucket: Bucket): Bucket {
  return Object.fromEntries(Object.entries(bucket).filter(([key]) => key !== 'energy_source')) as unknown as Bucket
}

/** The same by brute force: what holds in each millisecond, and which share of a counter's rise falls in it. */
function oracle(samples: readonly Sample[], options: EvenOptions): Bucket[] {
  const { from, to, bucket_ms } = options
  const buckets: Bucket[] = []
  for (let start = Math.floor(from / bucket_ms) * bucket_ms; start < to; start += bucket_ms) {
    const bucket = oracleBucket(samples, options, start)
    if (bucket.count > 0 || bucket.covered_s > 0 || bucket.energy_kwh !== undefined) buckets.push(bucket)
  }
  return buckets
}

function oracleBucket(samples: readonly Sample[], options: EvenOptions, start: number): Bucket {
  const { from, to, bucket_ms, maximum_gap_ms: gap } = options
  const good = samples.filter(({ suspect }) => !suspect)
  const moments: number[] = []
  for (let now = Math.max(from, start); now < Math.min(to, start + bucket_ms); now += 1) moments.push(now)
  const isInside = (now: number): boolean => moments.includes(now)
  const covered = moments.filter((now) => good.some(({ timestamp }) => timestamp <= now && now < timestamp + gap))
  const fields: Bucket['fields'] = {}
  const heldBy = (index: number): number[] =>
    moments
      .map((now) => good.filter((one) => one.timestamp <= now && !Number.isNaN(one.values[index])).at(-1))
      .map((one, position) =>
        one && (moments[position] as number) < one.timestamp + gap ? (one.values[index] as number) : Number.NaN,
      )
      .filter((value) => !Number.isNaN(value))
  FIELDS.forEach((field, index) => {
    const held = heldBy(index)
    if (held.length === 0) return
    const mean = held.reduce((sum, value) => sum + value, 0) / held.length
    fields[field] = { mean, minimum: Math.min(...held), maximum: Math.max(...held) }
  })
  const energy_kwh = oracleEnergy(good, gap, moments)
  return {
    timestamp: start,
    bucket_ms,
    count: good.filter(({ timestamp }) => isInside(timestamp)).length,
    covered_s: covered.length / 1000,
    ...(energy_kwh === undefined ? {} : { energy_kwh }),
    fields,
  }
}

/** Every moment belongs to the stretch between two good samples; each stretch is told by the counter, by power, or by nobody. */
function oracleEnergy(samples: readonly Sample[], gap: number, moments: readonly number[]): number | undefined {
  let counted: number | undefined
  let integrated: number | undefined
  for (let index = 0; index <= samples.length; index += 1) {
    const previous = samples[index - 1]
    const sample = samples[index]
    const stretch = moments.filter(
      (now) => now >= (previous?.timestamp ?? -Infinity) && now < (sample?.timestamp ?? Infinity),
    )
    const integrate = () => {
      const watts = stretch.map((now) => powerAt(samples, now, gap)).filter((power_w) => power_w !== undefined)
      if (watts.length > 0) integrated = watts.reduce((sum, power_w) => sum + power_w / 3.6e9, integrated ?? 0)
    }
    const seen = samples.slice(0, index).findLast(hasCounter)
    const isNear = seen !== undefined && sample !== undefined && sample.timestamp - seen.timestamp <= gap
    if (seen === undefined || (seen !== previous && !isNear)) integrate()
    else if (sample !== undefined && hasCounter(sample)) {
      const used = oracleUse(seen, sample)
      if (used === undefined) {
        if (isNear) integrate()
      } else if (isNear && seen === previous) {
        const share = stretch.length / (sample.timestamp - seen.timestamp)
        if (share > 0) counted = (counted ?? 0) + used * share
      } else if (moments.includes(sample.timestamp)) counted = (counted ?? 0) + used
    }
  }
  if (counted === undefined) return integrated
  return Math.max(0, counted) + (integrated ?? 0)
}

function oracleUse(seen: Sample, sample: Sample): number | undefined {
  const [before, after] = [seen, sample].map(({ values }) => values[1] as number) as [number, number]
  const possible = (6 * (sample.timestamp - seen.timestamp)) / HOUR
  // It is ours, and has judged the device's.
  if (after >= before) return after - before
  if (after < 0.9 * before) return after > possible + 0.01 ? undefined : after
  return before - after > 0.01 ? undefined : after - before
}

function powerAt(samples: readonly Sample[], now: number, gap: number): number | undefined {
  const held = samples.findLast(
    ({ timestamp, suspect, values }) => timestamp <= now && !suspect && !Number.isNaN(values[0]),
  )
  return held !== undefined && now < held.timestamp + gap ? held.values[0] : undefined
}

function hasCounter(one: Sample): boolean {
  return !one.suspect && !Number.isNaN(one.values[1])
}
