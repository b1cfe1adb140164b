import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from '../../domain/clock'
import type { DurationCounts } from '../../domain/histogram'
import { EventLoopMeter } from './event-loop-meter'
import { GarbageMeter } from './garbage-meter'

/** What runs in the process, which only those who have made it can tell. */
export interface Surroundings {
  readonly versions: { readonly pack: string; readonly node_red: string }
  /** Of the deployed flows. */
  flows(): { readonly nodes: number; readonly flows: number }
}

/** Since the start of the process, unless the name says otherwise. */
export interface ProcessFigures {
  readonly versions: { readonly pack: string; readonly node: string; readonly node_red: string }
  readonly started_s: number
  readonly cpu_s: { readonly user: number; readonly system: number }
  readonly memory: NodeJS.MemoryUsage
  readonly heap_limit_bytes: number
  readonly event_loop_delay: DurationCounts
  readonly event_loop_busy_s: number
  readonly garbage_collections: Readonly<Record<string, DurationCounts>>
  readonly flows: { readonly nodes: number; readonly flows: number }
}

const MICROSECONDS = 1e6

/** How the process does. */
export class ProcessMeter {
  private readonly eventLoop: EventLoopMeter
  private readonly garbage = new GarbageMeter()

  constructor(
    private readonly surroundings: Surroundings,
    clock: Clock,
  ) {
    this.eventLoop = new EventLoopMeter(clock)
  }

  start(): void {
    this.eventLoop.start()
    this.garbage.start()
  }

  /** May be called twice. */
  stop(): void {
    this.eventLoop.stop()
    this.garbage.stop()
  }

  read(): ProcessFigures {
    const { versions, flows } = this.surroundings
    const { user, system } = process.cpuUsage()
    return {
      versions: { ...versions, node: process.versions.node },
      started_s: performance.timeOrigin / 1000,
      cpu_s: { user: user / MICROSECONDS, system: system / MICROSECONDS },
      memory: process.memoryUsage(),
      heap_limit_bytes: getHeapStatistics().heap_size_limit,
      event_loop_delay: this.eventLoop.delays_ms(),
      event_loop_busy_s: performance.eventLoopUtilization().active / 1000,
      garbage_collections: this.garbage.collections(),
      flows: flows(),
    }
  }
}
