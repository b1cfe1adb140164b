/** Who waits for a slot, at most; more would wait longer than anybody has patience. */
const MOST_WAITING = 256

/** Lets a bounded number of answers be made at a time; others wait their turn. */
export class Slots {
  private taken = 0
  private readonly waiting = new Set<(given: boolean) => void>()

  constructor(private readonly maximum: number) {}

  get inUse(): number {
    return this.taken
  }

  /** False: too many wait already, or nobody wants it any more. True: to be given back. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    if (this.taken < this.maximum) {
      this.taken++
      return true
    }
    if (this.waiting.size >= MOST_WAITING) return false
    return new Promise((resolve) => {
      const give = (given: boolean) => {
        this.waiting.delete(give)
        signal.removeEventListener('abort', leave)
        resolve(given)
      }
      const leave = () => give(false)
      signal.addEventListener('abort', leave)
      this.waiting.add(give)
    })
  }

  giveBack(): void {
    const [next] = this.waiting
    if (next) next(true)
    else this.taken--
  }
}
