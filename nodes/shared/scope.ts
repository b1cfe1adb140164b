import { systemClock, type Clock } from '../../src/domain/clock'

type Release = () => void | Promise<void>

type Emitter = Pick<NodeJS.EventEmitter, 'on' | 'removeListener'>

/** Node-RED gives a node 15 s to close; people wait for it at every deploy. */
const CLOSE_LIMIT_MS = 4500

/**
 * Owns every timer, listener and service of one deployed node, so that a redeploy leaves none behind. What is owned is
 * released in reverse order, one after the other.
 */
export class Scope {
  private readonly entries = new Set<{ readonly release: Release }>()
  private closing: Promise<void> | undefined

  constructor(
    private readonly report: (error: unknown) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  get closed(): boolean {
    return this.closing !== undefined
  }

  /** Releases at close, or at once where that is over. Returns a function that releases earlier. */
  own(release: Release): () => void {
    if (this.closed) {
      void this.run(release)
      return () => undefined
    }
    const entry = { release }
    this.entries.add(entry)
    return () => {
      if (this.entries.delete(entry)) void this.run(release)
    }
  }

  timeout(callback: Release, delay_ms: number): () => void {
    const timer = this.clock.setTimeout(() => {
      cancel()
      void this.run(callback)
    }, delay_ms)
    const cancel = this.own(() => this.clock.clearTimeout(timer))
    return cancel
  }

  /** Repeats until closed, failures or not; the next turn is set when the last one is over. */
  every(period_ms: number, callback: Release): () => void {
    let stopped = false
    let cancel = () => {}
    const turn = async () => {
      try {
        await callback()
      } finally {
        next()
      }
    }
    const next = () => {
      if (!stopped && !this.closed) cancel = this.timeout(turn, period_ms)
    }
    next()
    return () => {
      stopped = true
      cancel()
    }
  }

  listen(emitter: Emitter, event: string, listener: (...given: never[]) => void): () => void {
    const heard = listener as (...given: unknown[]) => void
    emitter.on(event, heard)
    return this.own(() => void emitter.removeListener(event, heard))
  }

  /**
   * Releases everything within 5 s. A release that fails is reported, one that hangs is no longer waited for; neither
   * keeps the others from their turn. May be called twice.
   */
  close(): Promise<void> {
    // In a later turn, so that it counts as closed while the first release runs.
    this.closing ??= Promise.resolve().then(() => this.releaseAll())
    return this.closing
  }

  private async releaseAll(): Promise<void> {
    const entries = [...this.entries].reverse()
    this.entries.clear()
    let late = () => {}
    const limit = new Promise<void>((resolve) => (late = resolve))
    const timer = this.clock.setTimeout(() => {
      this.report(new Error(`Closing took longer than ${CLOSE_LIMIT_MS} ms; the rest ends by itself`))
      late()
    }, CLOSE_LIMIT_MS)
    for (const { release } of entries) await Promise.race([this.run(release), limit])
    this.clock.clearTimeout(timer)
  }

  /** Never rejects. */
  private async run(callback: Release): Promise<void> {
    try {
      await callback()
    } catch (error) {
      this.report(error)
    }
  }
}
