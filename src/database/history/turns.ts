/** What takes far less than 25 ms. */
const WORK_OF_A_TURN = 250

/** Long work in short turns, so that the event loop goes round between them. */
export class Turns {
  private work = 0

  /** Waits for the next turn where this one is long enough. */
  async after(work: number): Promise<void> {
    this.work += work
    if (this.work < WORK_OF_A_TURN) return
    this.work = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
}
