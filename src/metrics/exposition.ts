import type { Metric } from 'prom-client'
import { countWithin, type DurationCounts, octaveEnd } from '../domain/histogram'
import type { Labels } from './family'
import { loadLibrary, type Library } from './prometheus-library'
import type { FamilySamples, Sample } from './samples'

/**
 * Where the buckets of histograms end: from 0.4 ms to 26 s, each at twice the one before. Buckets rather than quantiles,
 * because those of a time that the reader chooses can be computed of them, and those of several parts together; classic
 * ones, because the text form has no others.
 */
const OCTAVES = { first: 2, last: 18 }
const BUCKETS = Array.from({ length: OCTAVES.last - OCTAVES.first + 1 }, (_none, index) => {
  const octave = OCTAVES.first + index
  return { octave, le: String(octaveEnd(octave) / 1000) }
})

/** One line, as prom-client takes it. */
interface Line {
  readonly metricName?: string
  readonly labels: Labels
  /** Written out once for each object. */
  readonly sharedLabels: Labels
  readonly value: number
}

const NO_LABELS: Labels = {}

/** The text form of Prometheus, family by family. */
export class Exposition {
  private readonly registry: InstanceType<Library['Registry']>
  private written = ''

  /** @throws MonitorError `METRICS_UNSUPPORTED` */
  constructor() {
    const { Registry } = loadLibrary()
    this.registry = new Registry()
  }

  get type(): string {
    return this.registry.contentType
  }

  /** All parts of a family one after the other. */
  async write({ name, type, help, samples }: FamilySamples): Promise<string> {
    const values = samples.flatMap((sample) => linesOf(name, sample))
    const metric = { name, get: () => Promise.resolve({ name, type, help, values }) }
    // prom-client counts by itself, too; of ours it is only asked to write down what others have counted.
    this.registry.registerMetric(metric as unknown as Metric)
    const text = await this.registry.getSingleMetricAsString(name)
    this.registry.removeSingleMetric(name)
    const isContinued = this.written === name
    this.written = name
    return isContinued ? withoutHead(text) : text
  }
}

/** Help and type stand above the first part alone. */
function withoutHead(text: string): string {
  return text.replace(/^(#.*\n)+/, '')
}

function linesOf(name: string, { instance, labels = NO_LABELS, value }: Sample): Line | Line[] {
  if (typeof value === 'number') return { labels, sharedLabels: instance, value }
  return histogramLines(name, instance, labels, value)
}

function histogramLines(name: string, sharedLabels: Labels, labels: Labels, durations: DurationCounts): Line[] {
  const line = (suffix: string, value: number, more?: Labels): Line => {
    return { metricName: `${name}_${suffix}`, labels: more ? { ...labels, ...more } : labels, sharedLabels, value }
  }
  return [
    ...BUCKETS.map(({ octave, le }) => line('bucket', countWithin(durations, octave), { le })),
    line('bucket', durations.count, { le: '+Inf' }),
    line('sum', durations.sum_ms / 1000),
    line('count', durations.count),
  ]
}
