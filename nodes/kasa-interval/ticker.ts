import { AdaptiveInterval } from '../../src/polling/adaptive-interval'
import type { Clock } from '../../src/domain/clock'
import { invalid } from '../../src/domain/errors'
import type { Scope } from '../shared/scope'

/** Sources that one node keeps apart by topic; more would grow memory without bound. */
const MAXIMUM_SOURCES = 1000

interface Source {
  readonly interval: AdaptiveInterval
  cancel: () => void
}

export interface TickerOptions {
  readonly minimum_ms: number
  readonly maximum_ms: number
}

/** One adaptive interval per topic: each value sets the time of the topic's next tick. */
export class Ticker {
  private readonly sources = new Map<string, Source>()

  constructor(
    private readonly options: TickerOptions,
    private readonly scope: Scope,
    private readonly clock: Clock,
    private readonly tick: (topic: string) => void,
  ) {}

  /** Returns the ms until the topic's next tick. */
  observe(topic: string, value: { power_w?: number; on?: boolean }): number {
    const source = this.sourceOf(topic)
    const wait_ms = source.interval.observe({ at: this.clock.now(), ...value })
    this.schedule(topic, source, wait_ms)
    return wait_ms
  }

  /** Ticks at once; without an answer the topic ticks again after the longest interval. */
  start(topic: string): void {
    this.schedule(topic, this.sourceOf(topic), 0)
  }

  private sourceOf(topic: string): Source {
    let source = this.sources.get(topic)
    if (!source) {
      if (this.sources.size >= MAXIMUM_SOURCES) {
        throw invalid('INPUT_INVALID', 'topic', topic, `at most ${MAXIMUM_SOURCES} different topics`)
      }
      source = { interval: new AdaptiveInterval(this.options), cancel: () => {} }
      this.sources.set(topic, source)
    }
    return source
  }

  private schedule(topic: string, source: Source, wait_ms: number): void {
    source.cancel()
    source.cancel = this.scope.timeout(() => {
      this.schedule(topic, source, this.options.maximum_ms)
      this.tick(topic)
    }, wait_ms)
  }
}
