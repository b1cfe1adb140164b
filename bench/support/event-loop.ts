import { createHistogram, performance, type EventLoopUtilization } from 'node:perf_hooks'
import { ThreadCpu } from './thread-cpu'

const LOOK_MS = 1

export interface Blocks {
  /** By the wall: waiting for a core is part of it. */
  readonly longest_block_ms: number
  readonly p99_block_ms: number
  /** CPU of the main thread in one turn: as long as it would be on an idle machine. */
  readonly longest_work_ms: number
  readonly p99_work_ms: number
}

/** How long the turns of the event loop are. Short ones, of which several fit between two looks, count as one. */
export class EventLoopWatch {
  private readonly cpu = new ThreadCpu()
  /** In µs. */
  private readonly blocks = createHistogram()
  private readonly works = createHistogram()
  private before: { readonly loop: EventLoopUtilization; readonly cpu_ms: number } | undefined
  private timer: NodeJS.Timeout | undefined

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): Blocks {
    this.look()
    clearInterval(this.timer)
    const { blocks, works } = this
    return {
      longest_block_ms: blocks.max / 1000,
      p99_block_ms: blocks.percentile(99) / 1000,
      longest_work_ms: works.max / 1000,
      p99_work_ms: works.percentile(99) / 1000,
    }
  }

  private look(): void {
    const { before } = this
    const [loop, cpu_ms] = [performance.eventLoopUtilization(), this.cpu.now_ms()]
    this.before = { loop, cpu_ms }
    if (!before) return
    this.blocks.record(microseconds(loop.active - before.loop.active))
    this.works.record(microseconds(cpu_ms - before.cpu_ms))
  }
}

/** Histograms count from 1 on. */
function microseconds(duration_ms: number): number {
  return Math.max(1, Math.round(1000 * duration_ms))
}
