import { systemClock, type Clock, type Timer } from '../../src/domain/clock'

type Release = () => void | Promise<void>

interface Emitter {
  on(event: string, listener: (...given: never[]) => void): unknown
  removeListener(event: string, listener: (...given: never[]) => void): unknown
}

/**
 * Owns every timer, listener and service of one deployed node, so that a redeploy leaves none behind. What is owned is
 * released in reverse order.
 */
export class Scope {
  private readonly releases = new Set<Release>()
  private closing: Promise<void> | undefined

  constructor(
    private readonly report: (error: unknown) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  get closed(): boolean {
    return this.closing !== undefined
  }

  /** Releases at close. Returns a function that releases earlier. */
  own(release: Release): () => void {
    if (this.closed) {
      this.run(release)
      return () => undefined
    }
    this.releases.add(release)
    return () => {
      if (this.releases.delete(release)) this.run(release)
    }
  }

  timeout(callback: Release, delay_ms: number): () => void {
    const timer: Timer = this.clock.setTimeout(() => {
      this.releases.delete(release)
      this.run(callback)
    }, delay_ms)
    const release = () => this.clock.clearTimeout(timer)
    return this.own(release)
  }

  /** Repeats until closed; the next turn is set when the last one is over. */
  every(period_ms: number, callback: Release): () => void {
    let stopped = false
    let cancel = () => {}
    const turn = async () => {
      await callback()
      next()
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
    emitter.on(event, listener)
    return this.own(() => void emitter.removeListener(event, listener))
  }

  /** Releases everything; a release that fails is reported and stops none of the others. May be called twice. */
  close(): Promise<void> {
    this.closing ??= this.releaseAll()
    return this.closing
  }

  private async releaseAll(): Promise<void> {
    const releases = [...this.releases].reverse()
    this.releases.clear()
    for (const release of releases) {
      try {
        await release()
      } catch (error) {
        this.report(error)
      }
    }
  }

  private run(callback: Release): void {
    try {
      Promise.resolve(callback()).catch(this.report)
    } catch (error) {
      this.report(error)
    }
  }
}
