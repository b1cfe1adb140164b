/** What took long. */
export interface SlowWork {
  readonly part: 'api' | 'command' | 'database' | 'poll'
  /** In a line: a statement, a path, a command. */
  readonly what: string
  readonly duration_ms: number
  readonly device_id?: string
}

type Listener = (work: SlowWork) => void

/**
 * Where those who work tell what took long, and who wants to know hears of it. Nobody does unless a person asks for it; until
 * then it costs one comparison.
 */
export class SlowWatch {
  private readonly listeners = new Map<Listener, number>()
  /** From which duration on it is worth telling. */
  from_ms = Infinity

  /** @returns how to stop listening, which may be called twice */
  watch(from_ms: number, listener: Listener): () => void {
    this.listeners.set(listener, from_ms)
    this.settle()
    return () => {
      this.listeners.delete(listener)
      this.settle()
    }
  }

  tell(work: SlowWork): void {
    for (const [listener, from_ms] of this.listeners) if (work.duration_ms >= from_ms) listener(work)
  }

  private settle(): void {
    this.from_ms = Math.min(Infinity, ...this.listeners.values())
  }
}

/** Of this process. */
export const slowWatch = new SlowWatch()
