/** Tells whether something comes and goes too often: `changes` of them within `within_ms`. */
export class Flapping {
  /** When the last changes were, by the monotonic clock; a ring. */
  private readonly moments_ms: Float64Array
  private next = 0
  /** The newest of them. */
  changed_ms = -Infinity

  constructor(
    changes: number,
    private readonly within_ms: number,
  ) {
    this.moments_ms = new Float64Array(changes).fill(-Infinity)
  }

  /** It has come, or gone. @returns whether that is too often now */
  change(at_ms: number): boolean {
    this.changed_ms = at_ms
    this.moments_ms[this.next] = at_ms
    this.next = (this.next + 1) % this.moments_ms.length
    // The next to be overwritten is the oldest one.
    return at_ms - (this.moments_ms[this.next] as number) <= this.within_ms
  }

  /** When it is steady, where it does not change until then. */
  get steady_ms(): number {
    return this.changed_ms + this.within_ms
  }

  /** What comes from now on is counted anew. */
  clear(): void {
    this.moments_ms.fill(-Infinity)
  }
}
