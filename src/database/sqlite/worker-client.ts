import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { fromErrorMessage } from './sqlite-errors'
import type { CallName, Calls, Response } from './sqlite-messages'

const SCRIPT = join(__dirname, 'sqlite-worker.js')

type Answer = Calls[CallName]['answer']
interface Pending {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: MonitorError) => void
}

/** The main thread's side: calls out, answers in. When the worker ends, whatever it was asked is refused. */
export class WorkerClient {
  private readonly worker = new Worker(SCRIPT)
  private readonly pending = new Map<number, Pending>()
  private readonly ended: Promise<void>
  private next_id = 1
  private cause: unknown
  isEnded = false

  /** `onEnd` is called once, whatever ended the thread. */
  constructor(private readonly onEnd: () => void = () => undefined) {
    this.worker.on('message', (response: Response) => this.settle(response))
    this.worker.on('error', (error) => (this.cause = error))
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.end()
        resolve()
      })
    })
  }

  /**
   * `handedOver` is gone here afterwards.
   * @throws MonitorError as the worker says; `DATABASE_UNAVAILABLE` where it ended
   */
  async call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    handedOver: readonly ArrayBuffer[] = [],
  ): Promise<Calls[Name]['answer']> {
    if (this.isEnded) throw this.gone()
    const id = this.next_id++
    const answer = new Promise<Answer>((resolve, reject) => this.pending.set(id, { resolve, reject }))
    this.worker.postMessage({ id, name, given }, handedOver)
    return answer as Promise<Calls[Name]['answer']>
  }

  /** Closes the file and ends the thread; after `timeout_ms` it ends as soon as SQLite returns, unawaited. */
  async stop(clock: Clock, timeout_ms: number): Promise<void> {
    const closed = this.call('close', undefined).catch(() => undefined)
    let timer: ReturnType<Clock['setTimeout']> | undefined
    const late = new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, timeout_ms)))
    await Promise.race([Promise.all([closed, this.ended]), late])
    if (timer) clock.clearTimeout(timer)
    if (!this.isEnded) void this.abandon()
  }

  /** Ends the thread as soon as SQLite returns, and resolves then; the file stays whole, as after a crash. */
  async abandon(): Promise<void> {
    this.worker.unref()
    await this.worker.terminate()
  }

  private settle(response: Response): void {
    const pending = this.pending.get(response.id)
    this.pending.delete(response.id)
    if ('error' in response) pending?.reject(fromErrorMessage(response.error))
    else pending?.resolve(response.answer)
  }

  private end(): void {
    this.isEnded = true
    for (const { reject } of this.pending.values()) reject(this.gone())
    this.pending.clear()
    this.onEnd()
  }

  private gone(): MonitorError {
    return new MonitorError('DATABASE_UNAVAILABLE', 'The database thread ended', { cause: this.cause })
  }
}
