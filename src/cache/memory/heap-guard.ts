import type { Clock, Timer } from '../../domain/clock'
import type { HeapUse } from './heap-use'
import type { MemoryLevel } from './memory-level'

const LOOK_MS = 2000
/** What goes at a time. */
const PART = 0.5
/** So much below its limit the heap must be before the cache grows again, in points of a percent. */
const DISTANCE_PCT = 10

export interface HeapGuardParts {
  readonly memory: Pick<MemoryLevel, 'shrink' | 'grow'>
  readonly clock: Clock
  readonly heap: () => HeapUse
  /** How much of the heap may be used, %. */
  readonly heap_pct: number
  /** Told once when the cache has begun to shrink, and once when it may grow again. */
  readonly onChange: (shrunk: boolean) => void
}

/** Makes the cache smaller while memory is short, before Node.js ends itself over it. */
export class HeapGuard {
  private timer: Timer | undefined
  private isShrunk = false

  constructor(private readonly parts: HeapGuardParts) {}

  get shrunk(): boolean {
    return this.isShrunk
  }

  start(): void {
    this.timer ??= this.nextLook()
  }

  stop(): void {
    if (this.timer) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private nextLook(): Timer {
    const timer = this.parts.clock.setTimeout(() => {
      this.timer = this.nextLook()
      this.look()
    }, LOOK_MS)
    timer.unref?.()
    return timer
  }

  private look(): void {
    const { used_bytes, limit_bytes, collected } = this.parts.heap()
    const used_pct = (100 * used_bytes) / limit_bytes
    if (used_pct >= this.parts.heap_pct) {
      // What has just been let go counts as used until it is collected.
      if (collected || !this.isShrunk) this.parts.memory.shrink(PART)
      this.turn(true)
    } else if (this.isShrunk && used_pct < this.parts.heap_pct - DISTANCE_PCT) {
      this.parts.memory.grow()
      this.turn(false)
    }
  }

  private turn(shrunk: boolean): void {
    if (shrunk === this.isShrunk) return
    this.isShrunk = shrunk
    this.parts.onChange(shrunk)
  }
}
