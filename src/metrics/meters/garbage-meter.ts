import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { type DurationCounts, Histogram } from '../../domain/histogram'

/** As V8 tells them apart. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak_callbacks'],
])

/** The types of Node.js leave out what a collection tells. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail: { readonly kind: number }
}

/** How long garbage collections take, by kind. */
export class GarbageMeter {
  private readonly durations = new Map([...KINDS.values()].map((kind) => [kind, new Histogram()]))
  private readonly observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.add(entry as CollectionEntry)
  })

  start(): void {
    this.observer.observe({ entryTypes: ['gc'] })
  }

  /** May be called twice. */
  stop(): void {
    this.observer.disconnect()
  }

  collections(): Record<string, DurationCounts> {
    return Object.fromEntries([...this.durations].map(([kind, durations]) => [kind, durations.snapshot()]))
  }

  private add({ detail, duration }: CollectionEntry): void {
    this.durations.get(KINDS.get(detail.kind) ?? '')?.add(duration)
  }
}
