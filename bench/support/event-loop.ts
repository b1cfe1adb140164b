import { monitorEventLoopDelay } from 'node:perf_hooks'

const LOOK_MS = 1

export interface Blocks {
  readonly longest_block_ms: number
  /** CPU of the process in any of them: what a block has beyond it was waiting for a core. */
  readonly longest_work_ms: number
}

/** How long the event loop was away from its timers, at most. */
export class EventLoopWatch {
  private readonly delays = monitorEventLoopDelay({ resolution: LOOK_MS })
  private longest_work_us = 0
  private before = process.cpuUsage()
  private timer: NodeJS.Timeout | undefined

  start(): void {
    this.before = process.cpuUsage()
    this.delays.enable()
    this.timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): Blocks {
    clearInterval(this.timer)
    this.delays.disable()
    return { longest_block_ms: this.delays.max / 1e6, longest_work_ms: this.longest_work_us / 1000 }
  }

  private look(): void {
    const { user, system } = process.cpuUsage(this.before)
    this.before = process.cpuUsage()
    this.longest_work_us = Math.max(this.longest_work_us, user + system)
  }
}
