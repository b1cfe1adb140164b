import { Backlog } from './backlog'
import type { LiveFilter } from './filter'
import type { Frame } from './frame'
import type { Frames, News } from './frames'
import type { Wire } from './wire'

/** Of one client, in this process: more than this it is not sent before it has taken some. */
const MOST_BUFFERED_BYTES = 262_144
/** So long a client may take none of it. */
const PATIENCE_MS = 30_000
/** It asks for more than it takes: each new filter is answered with all that is there. */
const TOO_MANY_BYTES = 4_194_304

export interface LiveCounters {
  /** Readings and incidents, for all clients together. */
  messages: number
  frames: number
}

/** Somebody who is told what happens, as fast as it can take it. */
export class LiveClient {
  private readonly backlog = new Backlog()
  private stuck_since_ms: number | undefined

  constructor(
    readonly wire: Wire,
    public filter: LiveFilter,
    private readonly counters: LiveCounters,
  ) {}

  /** Something waits until it has taken what it was sent. */
  get isBehind(): boolean {
    return !this.backlog.isEmpty || this.isStuck
  }

  send(frame: Frame): void {
    this.counters.frames++
    this.counters.messages += frame.count
    this.wire.send(frame)
  }

  /** @param frame of the same, for all who keep up */
  tell(news: News, frame: Frame): void {
    if (this.isBehind) this.backlog.add(news)
    else this.send(frame)
  }

  /** Tells it as the client can take it. */
  tellLater(news: News): void {
    this.backlog.add(news)
  }

  /** Sends of what waits as much as it can take. */
  catchUp(frames: Frames): void {
    while (!this.isStuck) {
      const waiting = this.backlog.take()
      if (!waiting) return
      this.send(frames.news(waiting.news, this.filter.fields, waiting.left_out))
    }
  }

  /** What waits is of another filter. */
  forget(): void {
    this.backlog.clear()
  }

  /** To be asked again and again while it is behind. */
  isTooSlow(now_ms: number): boolean {
    if (!this.isStuck) {
      this.stuck_since_ms = undefined
      return false
    }
    this.stuck_since_ms ??= now_ms
    if (this.backlog.isFull || this.wire.buffered_bytes > TOO_MANY_BYTES) return true
    return now_ms - this.stuck_since_ms >= PATIENCE_MS
  }

  private get isStuck(): boolean {
    return this.wire.buffered_bytes > MOST_BUFFERED_BYTES
  }
}
