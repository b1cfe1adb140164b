import type { ServerResponse } from 'node:http'
import type { Frame } from './frame'
import type { Frames } from './frames'
import type { Wire } from './wire'

/** Says nothing; without it, a proxy ends what is silent. */
const COMMENT = ':\n\n'

export class EventWire implements Wire {
  readonly transport = 'events'

  constructor(
    private readonly response: ServerResponse,
    private readonly frames: Frames,
  ) {}

  get buffered_bytes(): number {
    return this.response.writableLength
  }

  send(frame: Frame): void {
    this.response.write(frame.event)
  }

  /** What does not arrive is buffered, until the client is too slow. */
  beat(): boolean {
    this.response.write(COMMENT)
    return true
  }

  close(code: number, reason: string): void {
    const { response } = this
    // What waits would hold the connection until the client has taken it.
    if (response.writableLength > 0) response.destroy()
    else response.end(this.frames.closed(code, reason).event)
  }
}
