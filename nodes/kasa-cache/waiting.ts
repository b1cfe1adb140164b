import { MonitorError } from '../../src/domain/errors'

/** Messages of one node that may wait for values at a time. */
const MAXIMUM_WAITING = 10_000

/** What messages wait for: bounded, and over for all of them when their node is closed. */
export class Waiting {
  private readonly rejections = new Set<(error: MonitorError) => void>()
  private closed = false

  get size(): number {
    return this.rejections.size
  }

  /**
   * Waits for what `ask` gives.
   * @param late what to do with an answer that comes when the node is closed already
   * @throws MonitorError `QUEUE_FULL`, `CLOSED`, or what `ask` fails with
   */
  async until<Answer>(ask: () => Promise<Answer>, late: (answer: Answer) => void): Promise<Answer> {
    if (this.closed) throw closedError()
    if (this.size >= MAXIMUM_WAITING) {
      throw new MonitorError('QUEUE_FULL', `${MAXIMUM_WAITING} messages wait for values already`)
    }
    return new Promise((resolve, reject) => {
      this.rejections.add(reject)
      const isWaiting = () => this.rejections.delete(reject)
      ask().then(
        (answer) => (isWaiting() ? resolve(answer) : late(answer)),
        (thrown: unknown) => isWaiting() && reject(thrown),
      )
    })
  }

  close(): void {
    this.closed = true
    for (const reject of this.rejections) reject(closedError())
    this.rejections.clear()
  }
}

function closedError(): MonitorError {
  return new MonitorError('CLOSED', 'The node was closed while the message waited for a value')
}
