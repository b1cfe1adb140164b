import { problem, type Problem } from '../problems/problem'

/** Of all seats, for one key or one address: behind a proxy, all may have the same. */
const PART_OF_ONE = 0.5

/** How many clients there may be: in all, and of one key or address. */
export class Seats {
  /** By what they are counted by. */
  private readonly taken = new Map<string, number>()
  private total = 0
  private readonly mostOfOne: number

  constructor(private readonly maximum: number) {
    this.mostOfOne = Math.ceil(maximum * PART_OF_ONE)
  }

  /** Why there is none for one more. */
  refusal(counted_by: string): Problem | undefined {
    if (this.total >= this.maximum) return problem(503, `all ${this.maximum} places for live clients are taken`)
    if ((this.taken.get(counted_by) ?? 0) < this.mostOfOne) return undefined
    return problem(429, `one key, or one address, has at most ${this.mostOfOne} live clients`)
  }

  /** Returns how to give it back, which may be called twice. */
  take(counted_by: string): () => void {
    this.total++
    this.taken.set(counted_by, (this.taken.get(counted_by) ?? 0) + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.giveBack(counted_by)
    }
  }

  private giveBack(counted_by: string): void {
    this.total--
    const left = (this.taken.get(counted_by) ?? 0) - 1
    if (left > 0) this.taken.set(counted_by, left)
    else this.taken.delete(counted_by)
  }
}
