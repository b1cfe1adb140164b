import { monitorEventLoopDelay } from 'node:perf_hooks'
import { cpuSince_us } from './statistics'

const LOOK_MS = 1
const BEGIN: NodeJS.CpuUsage = { user: 0, system: 0 }

export interface Blocks {
  readonly longest_block_ms: number
  /** CPU of the process in any of them: what a block has beyond it was waiting for a core. */
  readonly longest_work_ms: number
}

/** How long the event loop was away from its timers, at most. */
export class EventLoopWatch {
  private readonly delays = monitorEventLoopDelay({ resolution: LOOK_MS })
  private longest_work_us = 0
  private before_us = 0
  private timer: NodeJS.Timeout | undefined

  start(): void {
    this.before_us = cpuSince_us(BEGIN)
    this.delays.enable()
    this.timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): Blocks {
    clearInterval(this.timer)
    this.delays.disable()
    return { longest_block_ms: this.delays.max / 1e6, longest_work_ms: this.longest_work_us / 1000 }
  }

  private look(): void {
    const now_us = cpuSince_us(BEGIN)
    this.longest_work_us = Math.max(this.longest_work_us, now_us - this.before_us)
    this.before_us = now_us
  }
}
