import type { Deadline } from '../protection/deadline'

/** An answer that is being made, and how many still want it. */
export class Work {
  private interested = 0

  constructor(private readonly deadline: Deadline) {}

  /** The last who goes away ends it. */
  join(gone: AbortSignal): void {
    this.interested++
    const leave = () => {
      if (--this.interested === 0) this.deadline.abort()
    }
    if (gone.aborted) leave()
    else gone.addEventListener('abort', leave, { once: true })
  }
}
