/** On slow machines as well, and where several are at work at once, this leaves the event loop far below 25 ms. */
const TURN_MS = 4

/** Long work on the main thread in short turns, so that the event loop goes round between them. */
export class Turns {
  private ends = performance.now() + TURN_MS

  get isOver(): boolean {
    return performance.now() >= this.ends
  }

  /** Lets others in. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.ends = performance.now() + TURN_MS
  }
}
