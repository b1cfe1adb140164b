import { countPoints } from '../influxd'
import { BenchNodeRed, type Message } from '../../support/node-red'
import type { Contender, WriteTask } from '../contender'
import type { Samples } from '../samples'

const LOOK_MS = 20

export interface NodeRedTask {
  /** The node that writes has the id `writer`. */
  flow(task: WriteTask): readonly object[]
  message(samples: Samples): Message
  readonly points_per_message: number
  /** Messages whose Complete is awaited, at most. */
  readonly in_flight: number
  /** Whether Complete says that it is stored, rather than safe. */
  readonly complete_is_stored: boolean
}

/** A node that writes, in a real Node-RED; the next message goes on Complete of an earlier one. */
export class NodeRedWriter implements Contender {
  private readonly nodeRed = new BenchNodeRed()
  private source: Samples | undefined
  private given: WriteTask | undefined
  private sent = 0
  private completed = 0
  private onComplete = (): void => {}

  constructor(private readonly task: NodeRedTask) {}

  async start(given: WriteTask, samples: Samples): Promise<void> {
    this.source = samples
    this.given = given
    await this.nodeRed.start(this.task.flow(given))
    this.nodeRed.onComplete((_message, error) => {
      if (error) throw error
      this.completed++
      this.onComplete()
    })
  }

  async write(duration_ms: number): Promise<number> {
    const before = this.sent
    await this.pump(performance.now() + duration_ms)
    if (!this.task.complete_is_stored) await this.stored()
    return (this.sent - before) * this.task.points_per_message
  }

  async stop(): Promise<void> {
    await this.nodeRed.stop()
  }

  private pump(end: number): Promise<void> {
    return new Promise((resolve) => {
      this.onComplete = () => {
        if (performance.now() < end) this.send()
        else if (this.completed === this.sent) resolve()
      }
      for (let place = 0; place < this.task.in_flight; place++) this.send()
    })
  }

  private send(): void {
    this.sent++
    this.nodeRed.send('writer', this.task.message(this.source as Samples))
  }

  private async stored(): Promise<void> {
    const expected = this.sent * this.task.points_per_message
    while ((await countPoints(this.given as WriteTask)) < expected) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
}
