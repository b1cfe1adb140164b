import type { Clock, Timer } from '../../domain/clock'

/** Waits for something to have changed, also where that was before the waiting began. */
export class News {
  private hasCome = false
  private timer: Timer | undefined
  private onNews: (() => void) | undefined

  constructor(private readonly clock: Clock) {}

  /** What came before does not count. */
  forget(): void {
    this.hasCome = false
  }

  /** Something has changed. */
  tell(): void {
    this.hasCome = true
    this.onNews?.()
  }

  /** Returns when there are news since `forget`, and after `longest_ms` at the latest. */
  async wait(longest_ms: number): Promise<void> {
    if (this.hasCome) return
    await new Promise<void>((resolve) => {
      this.onNews = resolve
      this.timer = this.clock.setTimeout(resolve, longest_ms)
    })
    this.onNews = undefined
    if (this.timer) this.clock.clearTimeout(this.timer)
  }
}
