import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { Histogram } from '../domain/histogram'
import { Exposition } from './exposition'
import { ALERTS } from './families/alerts'
import { API } from './families/api'
import { CACHE } from './families/cache'
import { DATABASE } from './families/database'
import { DEVICE, DEVICE_NOW } from './families/device'
import { HOMEASSISTANT } from './families/homeassistant'
import { HOST } from './families/host'
import { POLLING } from './families/polling'
import { PROCESS } from './families/process'
import { RETENTION } from './families/retention'
import { SCRAPING } from './families/scraping'
import { HostMeter } from './meters/host-meter'
import { ProcessMeter, type Surroundings } from './meters/process-meter'
import type { MonitoredParts } from './parts'
import { type FamilySamples, samplesOf } from './samples'
import { type Snapshot, Snapshots } from './snapshot'

export interface MetricsOptions {
  readonly parts: MonitoredParts
  readonly surroundings: Surroundings
  /** Whose disk is measured. */
  readonly folder: string
  readonly clock: Clock
  /** A part cannot be read; told once of each. */
  readonly report: (error: MonitorError) => void
}

/** For a response: `type` is its content type. */
export interface MetricsText {
  readonly type: string
  readonly body: string
}

/** So long one turn of the event loop may take. */
const LONGEST_TURN_MS = 5
/** Whoever asks so soon after another gets the same: nobody can make this cost more than one answer in a second. */
const KEPT_MS = 1000

/** What all parts of the process do, how fast, and how well: gathered when somebody asks. */
export class Metrics {
  private readonly process: ProcessMeter
  private readonly snapshots: Snapshots
  private readonly work = new Histogram()
  private readonly failing = new Set<string>()
  private failures = 0
  private making: Promise<MetricsText> | undefined
  private kept: { readonly text: MetricsText; readonly at_ms: number } | undefined

  constructor(private readonly options: MetricsOptions) {
    const { parts, surroundings, folder, clock } = options
    this.process = new ProcessMeter(surroundings, clock)
    this.snapshots = new Snapshots({
      ...{ parts, clock },
      process: this.process,
      host: new HostMeter(folder, clock),
      failed: (part, error) => this.failed(part, error),
    })
  }

  start(): void {
    this.process.start()
  }

  /** May be called twice. */
  stop(): void {
    this.process.stop()
  }

  snapshot(): Promise<Snapshot> {
    return this.snapshots.take()
  }

  /**
   * In the text form of Prometheus, at most a second old.
   * @throws MonitorError `METRICS_UNSUPPORTED`
   */
  async text(): Promise<MetricsText> {
    const { kept } = this
    if (kept && this.options.clock.monotonic() - kept.at_ms < KEPT_MS) return kept.text
    this.making ??= this.make().finally(() => (this.making = undefined))
    return this.making
  }

  private async make(): Promise<MetricsText> {
    const { clock } = this.options
    const exposition = new Exposition()
    const snapshot = await this.snapshots.take()
    const families: string[] = []
    let [turn_ms, work_ms] = [snapshot.at_ms, 0]
    for (const family of this.samples(snapshot)) {
      families.push(await exposition.write(family))
      const lasted_ms = clock.monotonic() - turn_ms
      if (lasted_ms < LONGEST_TURN_MS) continue
      work_ms += lasted_ms
      await setImmediate()
      turn_ms = clock.monotonic()
    }
    const text = { type: exposition.type, body: `${families.join('\n')}\n` }
    const now_ms = clock.monotonic()
    this.work.add(work_ms + now_ms - turn_ms)
    this.kept = { text, at_ms: now_ms }
    return text
  }

  private *samples({ devices, ...now }: Snapshot): Iterable<FamilySamples> {
    yield* samplesOf(DEVICE, devices)
    yield* samplesOf(
      DEVICE_NOW,
      devices.filter(({ subject }) => subject.state === 'online'),
    )
    yield* samplesOf(POLLING, now.fleets)
    yield* samplesOf(DATABASE, now.databases)
    yield* samplesOf(CACHE, now.caches)
    yield* samplesOf(HOMEASSISTANT, now.bridges)
    yield* samplesOf(API, now.apis)
    yield* samplesOf(ALERTS, now.alerts)
    yield* samplesOf(RETENTION, now.retentions)
    yield* samplesOf(PROCESS, [{ labels: {}, subject: now.process }])
    yield* samplesOf(HOST, [{ labels: {}, subject: now.host }])
    const scraping = { work: this.work.snapshot(), failures: this.failures }
    yield* samplesOf(SCRAPING, [{ labels: {}, subject: scraping }])
  }

  private failed(part: string, error: MonitorError): void {
    this.failures++
    if (this.failing.has(part)) return
    this.failing.add(part)
    this.options.report(error)
  }
}
