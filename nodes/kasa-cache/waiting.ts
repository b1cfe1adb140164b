import { MonitorError } from '../../src/domain/errors'

/** What the messages of a node wait for: over for all of them when it is closed. The cache bounds how many there are. */
export class Waiting {
  private readonly rejections = new Set<(error: MonitorError) => void>()
  private closed = false

  get size(): number {
    return this.rejections.size
  }

  /**
   * Waits for what `ask` gives.
   * @param late what to do with an answer that comes when the node is closed already
   * @throws MonitorError `CLOSED`, or what `ask` fails with
   */
  async until<Answer>(ask: () => Promise<Answer>, late: (answer: Answer) => void): Promise<Answer> {
    if (this.closed) throw closedError()
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
