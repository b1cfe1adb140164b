import { SampleQueue } from './sample-queue'

/** Samples nearer to each other than this part of the window may be taken for one. */
const PARTS = 512

/**
 * The lowest, or highest, of the samples of the last `window_ms`, each in constant time on average. It holds at most some
 * `PARTS` of them, however many come: a sample may be left out up to 1/512 of the window before its time.
 */
export class SlidingExtreme {
  /** Each is beaten by none that came later. */
  private readonly queue = new SampleQueue()
  private readonly sign: number

  constructor(
    which: 'lowest' | 'highest',
    private readonly window_ms: number,
  ) {
    this.sign = which === 'lowest' ? 1 : -1
  }

  /** @param at_ms not before that of the last one */
  add(at_ms: number, value: number): void {
    const { queue } = this
    while (queue.length > 0 && (queue.valueAt(queue.length - 1) - value) * this.sign >= 0) queue.dropLast()
    if (queue.length > 0 && at_ms - queue.timeAt(queue.length - 1) < this.window_ms / PARTS) return
    queue.push(at_ms, value)
  }

  /** Leaves out what is not of the last `window_ms` any more. */
  expire(now_ms: number): void {
    while (this.due_ms <= now_ms) this.queue.dropFirst()
  }

  clear(): void {
    this.queue.clear()
  }

  /** NaN where there is none. */
  get value(): number {
    return this.queue.length > 0 ? this.queue.valueAt(0) : NaN
  }

  /** When the value is left out; Infinity where there is none. */
  get due_ms(): number {
    return this.queue.length > 0 ? this.queue.timeAt(0) + this.window_ms : Infinity
  }
}
