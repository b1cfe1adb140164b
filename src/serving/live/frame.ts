import { textFrame } from './text-frame'

/** The name of a kind of frame; over server-sent events, also that of the event. */
export type FrameType = 'hello' | 'readings' | 'incidents' | 'error' | 'closed'

/** A browser that has lost its connection comes back after this long. */
const RETRY_MS = 2000

/** One message, encoded once for all who get it, and only where somebody does. */
export class Frame {
  private asMessage: Buffer | undefined
  private asEvent: Buffer | undefined

  /**
   * @param text makes a JSON object, in one line
   * @param count how many readings and incidents it tells
   * @param id of an event: in the order in which they are sent
   */
  constructor(
    readonly type: FrameType,
    private readonly text: () => string,
    readonly count: number,
    private readonly id: number,
  ) {}

  /** Over WebSocket, as it is written. */
  get message(): Buffer {
    return (this.asMessage ??= textFrame(this.text()))
  }

  /** Over server-sent events, as it is written. */
  get event(): Buffer {
    return (this.asEvent ??= Buffer.from(this.eventText()))
  }

  private eventText(): string {
    const retry = this.type === 'hello' ? `retry: ${RETRY_MS}\n` : ''
    return `${retry}id: ${this.id}\nevent: ${this.type}\ndata: ${this.text()}\n\n`
  }
}
