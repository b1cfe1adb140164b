import type { MonitorError } from '../domain/errors'
import type { RetentionReport, RetentionStatus } from './retention-report'

export interface StandingOptions {
  readonly onStatus: (status: RetentionStatus) => void
  readonly report: (error: MonitorError) => void
  readonly nextRun: () => number | undefined
}

const RETRY_MS = { minimum: 30_000, maximum: 1_800_000 }

/** Where retention stands, told when it changes; a fault is reported when it begins. */
export class Standing {
  private running = false
  private stalled = false
  private stopped = false
  private progress: number | undefined
  private failure: MonitorError | undefined
  private lag: MonitorError | undefined
  private last: RetentionReport | undefined
  private failures = 0
  private shown = ''

  constructor(private readonly options: StandingOptions) {}

  get isRunning(): boolean {
    return this.running
  }

  /** How long to wait after failures in a row. */
  get retry_ms(): number {
    if (this.failure?.retry === 'never') return RETRY_MS.maximum
    return Math.min(RETRY_MS.maximum, RETRY_MS.minimum * 2 ** Math.max(0, this.failures - 1))
  }

  begin(): void {
    this.running = true
    this.tell()
  }

  reach(progress: number): void {
    this.progress = progress
    this.tell()
  }

  end(): void {
    this.running = this.stalled = false
    this.progress = undefined
  }

  succeeded(report: RetentionReport): void {
    this.last = report
    this.failure = undefined
    this.failures = 0
  }

  failed(error: MonitorError): void {
    if (this.failure?.code !== error.code) this.options.report(error)
    this.failure = error
    this.failures += 1
  }

  /** @param stalled a run is under way, and gets nowhere */
  lags(lag: MonitorError | undefined, stalled: boolean): void {
    if (lag && !this.lag) this.options.report(lag)
    this.lag = lag
    this.stalled = stalled
    this.tell()
  }

  stop(): void {
    this.stopped = true
    this.tell()
  }

  tell(): void {
    const status = this.status()
    const { state, code, message, progress, last, next_run } = status
    const steps = progress === undefined ? '' : Math.floor(progress * 100)
    const shown = [state, code, message, steps, last?.started, state === 'waiting' ? next_run : ''].join()
    if (shown === this.shown) return
    this.shown = shown
    this.options.onStatus(status)
  }

  private status(): RetentionStatus {
    const { last, progress } = this
    const next_run = this.options.nextRun()
    const { state, error } = this.stateNow()
    return {
      state,
      ...(error && { code: error.code, message: error.message }),
      ...(state === 'running' && progress !== undefined && { progress }),
      ...(last && { last }),
      ...(next_run !== undefined && state !== 'running' && state !== 'stopped' && { next_run }),
    }
  }

  private stateNow(): { state: RetentionStatus['state']; error?: MonitorError | undefined } {
    const { failure, lag } = this
    if (this.stopped) return { state: 'stopped' }
    if (this.running && !(this.stalled && lag)) return { state: 'running' }
    if (failure?.retry === 'never') return { state: 'failed', error: failure }
    // Why is what a person can do something about.
    if (lag) return { state: 'lagging', error: failure ?? lag }
    return failure ? { state: 'retrying', error: failure } : { state: 'waiting' }
  }
}
