import type { Clock, Timer } from '../../domain/clock'
import type { HeapUse } from './heap-use'
import type { MemoryLevel } from './memory-level'

const LOOK_MS = 2000
/** Of the cache, at a time. */
const SHRINK_PART = 0.5
/** In points of a percent: the cache may fill the heap again up to here below its limit, where it may have filled it before. */
const DISTANCE_PCT = 10

export interface HeapGuardParts {
  readonly memory: Pick<MemoryLevel, 'shrink' | 'grow'>
  readonly clock: Clock
  readonly heap: () => HeapUse
  /** How much of the heap may be used, %. */
  readonly heap_pct: number
  /** Told once when the cache begins to shrink, and once when it may be as large as before. */
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
    const free_bytes = (limit_bytes * (this.parts.heap_pct - DISTANCE_PCT)) / 100 - used_bytes
    if (100 * used_bytes >= limit_bytes * this.parts.heap_pct) {
      // What has just been let go counts as used until it is collected.
      if (collected || !this.isShrunk) this.parts.memory.shrink(SHRINK_PART)
      this.turn(true)
    } else if (this.isShrunk && free_bytes > 0 && this.parts.memory.grow(free_bytes)) {
      this.turn(false)
    }
  }

  private turn(shrunk: boolean): void {
    if (shrunk === this.isShrunk) return
    this.isShrunk = shrunk
    this.parts.onChange(shrunk)
  }
}
