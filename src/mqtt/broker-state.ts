import { MonitorError, toMonitorError } from '../domain/errors'
import type { BrokerStatus } from './broker'
import { Reporter } from './reporter'

type State = Pick<BrokerStatus, 'state' | 'version' | 'error'>

/** How it is with a broker, for whoever watches; and what is told of its troubles. */
export class BrokerState {
  readonly reporter: Reporter
  published = 0
  received = 0
  private dropped = 0
  private state: State = { state: 'closed' }
  private readonly watchers = new Set<() => void>()

  constructor(report: (error: MonitorError) => void) {
    this.reporter = new Reporter(report)
  }

  become(state: State): void {
    const before = this.state
    this.state = state
    if (state.state === before.state && state.error?.message === before.error?.message) return
    for (const watcher of [...this.watchers]) {
      try {
        watcher()
      } catch (thrown) {
        this.failed(thrown)
      }
    }
  }

  /** What somebody has thrown who was called. */
  failed(thrown: unknown): void {
    this.reporter.tell(toMonitorError(thrown))
  }

  drop(count: number, error?: MonitorError): void {
    this.dropped += count
    if (error) this.reporter.tell(error)
  }

  dropFull(count: number, what: string): void {
    this.drop(count, new MonitorError('QUEUE_FULL', `Too many ${what}; some are given up`))
  }

  dropUnfit(topic: string): void {
    this.drop(1, new MonitorError('INPUT_INVALID', `${topic.slice(0, 100)}: nothing can be published there`))
  }

  watch(listener: () => void): () => void {
    const own = () => listener()
    this.watchers.add(own)
    return () => this.watchers.delete(own)
  }

  status(kept: number, waiting: number): BrokerStatus {
    const { published, received, dropped } = this
    return { ...this.state, kept, waiting, published, received, dropped }
  }
}
