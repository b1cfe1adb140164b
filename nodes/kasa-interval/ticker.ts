import {
  AdaptiveInterval,
  resolveAdaptiveIntervalOptions,
  type AdaptiveIntervalOptions,
  type Observation,
} from '../../src/polling/adaptive-interval'
import type { Clock } from '../../src/domain/clock'
import { invalid } from '../../src/domain/errors'
import type { Scope } from '../shared/scope'

/** Sources that one node keeps apart by topic; more would grow memory without bound. */
const MAXIMUM_SOURCES = 1000
/** The topic of the first tick, when no source is known yet. */
const NO_TOPIC = ''

export type Value = Pick<Observation, 'power_w' | 'on'>

interface Source {
  readonly interval: AdaptiveInterval
  cancel: () => void
}

/** One adaptive interval per topic: each value sets the time of the topic's next tick. */
export class Ticker {
  private readonly options: AdaptiveIntervalOptions
  private readonly sources = new Map<string, Source>()
  private cancelStart = () => {}

  /** @throws MonitorError `CONFIG_INVALID` */
  constructor(
    options: AdaptiveIntervalOptions,
    private readonly scope: Scope,
    private readonly clock: Clock,
    private readonly tick: (topic: string) => void,
  ) {
    this.options = resolveAdaptiveIntervalOptions(options)
  }

  /**
   * Returns the ms until the topic's next tick.
   * @throws MonitorError `INPUT_INVALID` where there are too many topics
   */
  observe(topic: string, value: Value): number {
    const source = this.sourceOf(topic)
    this.cancelStart()
    const wait_ms = source.interval.observe({ at: this.clock.monotonic(), ...value })
    this.schedule(topic, source, wait_ms)
    return wait_ms
  }

  /** Ticks at once, and again after the longest interval, until a first value comes. */
  start(wait_ms = 0): void {
    this.cancelStart = this.scope.timeout(() => {
      this.start(this.options.maximum_ms)
      this.tick(NO_TOPIC)
    }, wait_ms)
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

  /** A value that stays away does not end the circle: the topic ticks again after the longest interval. */
  private schedule(topic: string, source: Source, wait_ms: number): void {
    source.cancel()
    source.cancel = this.scope.timeout(() => {
      this.schedule(topic, source, this.options.maximum_ms)
      this.tick(topic)
    }, wait_ms)
  }
}
