import type { Clock, Timer } from '../domain/clock'
import { invalid, MonitorError, toMonitorError } from '../domain/errors'
import type { Finding, Session } from '../integrations/integration'

export interface DiscoverOptions {
  /** Default: the fleet's. */
  readonly targets?: readonly string[]
  readonly repeats?: number
  readonly signal?: AbortSignal
}

export interface DiscoveriesOptions {
  readonly clock: Clock
  readonly sessions: () => Iterable<Session>
  /** Asked for each discovery, because the networks of this machine come and go. */
  readonly targets: () => readonly string[]
  /** 0: only when asked to. */
  readonly every_ms: number
  /** Whether the first is at the start, or after `every_ms`. */
  readonly at_start: boolean
  /** Every finding of every discovery, whoever asked for it. */
  readonly onFinding: (finding: Finding) => void
  readonly report: (error: MonitorError) => void
}

/** Broadcasts get lost, and devices that sleep miss the first. */
const REPEATS = 3
/** A flow that asks at every message must not flood the network. */
const MOST_AT_ONCE = 4

/** Looks for devices: on demand, and every so often. */
export class Discoveries {
  private readonly running = new Set<AbortController>()
  private timer: Timer | undefined

  constructor(private readonly options: DiscoveriesOptions) {}

  start(): void {
    const { at_start, every_ms } = this.options
    if (at_start) this.repeat()
    else if (every_ms > 0) this.wait()
  }

  stop(): void {
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    for (const controller of this.running) controller.abort()
  }

  /**
   * Resolves when the window is over.
   * @throws MonitorError `INPUT_INVALID` without targets, `QUEUE_FULL` while several discoveries run already
   */
  async run(
    { targets = this.options.targets(), repeats = REPEATS, signal }: DiscoverOptions,
    onFinding?: FindingListener,
  ) {
    if (targets.length === 0) throw invalid('INPUT_INVALID', 'targets', targets, 'at least one address')
    if (this.running.size >= MOST_AT_ONCE) throw new MonitorError('QUEUE_FULL', 'discovery is running already')
    const controller = new AbortController()
    const abort = () => controller.abort()
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    this.running.add(controller)
    const tell = (finding: Finding) => {
      if (controller.signal.aborted) return
      this.options.onFinding(finding)
      onFinding?.(finding)
    }
    const request = { targets, repeats, signal: controller.signal, onFinding: tell }
    try {
      await Promise.all([...this.options.sessions()].map((session) => session.discover(request)))
    } finally {
      signal?.removeEventListener('abort', abort)
      this.running.delete(controller)
    }
  }

  /** Looks at the fleet's own targets, if it has any now; what is found goes to `onFinding`. */
  search(): void {
    if (this.options.targets().length === 0) return
    this.run({}).catch((thrown: unknown) => this.options.report(toMonitorError(thrown)))
  }

  private repeat(): void {
    this.timer = undefined
    this.search()
    if (this.options.every_ms > 0) this.wait()
  }

  private wait(): void {
    this.timer = this.options.clock.setTimeout(() => this.repeat(), this.options.every_ms)
  }
}

type FindingListener = (finding: Finding) => void
