/** What a contender is asked to do, and what the child process reports. */
export interface PollTask {
  readonly hosts: readonly string[]
  readonly port: number
  /** Polls in flight at a time. */
  readonly concurrency: number
  /** `closed`: as fast as it goes. A number: polls a second over all hosts. */
  readonly rate: 'closed' | number
}

export interface PollFigures {
  readonly polls: number
  /** Those of the warm-up included. */
  readonly polls_in_all: number
  readonly seconds: number
  readonly cpu_us: number
  readonly rss_bytes: number
}

/** A way to poll. `completed` counts since the start; `start` resolves when polls run. */
export interface Contender {
  start(task: PollTask): Promise<void>
  completed(): number
  stop(): Promise<void> | void
}

/** What the query asks of an energy plug: the same of every contender. */
export const POLL_QUERY = { system: { get_sysinfo: {} }, emeter: { get_realtime: {} } } as const

/** Launches of a fixed rate happen in ticks of this length, for every contender alike. */
const LAUNCH_TICK_MS = 10
/** Hosts are asked in an order like a schedule's: who asks memory's neighbours one after the other finds them in the cache. */
const STRIDE = 619

/**
 * Drives a poll function for contenders that have no schedule: closed loop or fixed rate, one poll at a time per host.
 */
export class Driver {
  private finished = 0
  private next = 0
  private stopped = false
  private timer: NodeJS.Timeout | undefined
  private readonly busy: Uint8Array

  constructor(
    private readonly task: PollTask,
    private readonly poll: (index: number, done: () => void) => void,
  ) {
    this.busy = new Uint8Array(task.hosts.length)
  }

  start(): void {
    if (this.task.rate === 'closed') {
      for (let place = 0; place < this.task.concurrency; place++) this.launch(true)
      return
    }
    const perTick = (this.task.rate * LAUNCH_TICK_MS) / 1000
    const begin = performance.now()
    let launched = 0
    this.timer = setInterval(() => {
      const due = ((performance.now() - begin) / LAUNCH_TICK_MS) * perTick
      for (; launched < due; launched++) this.launch(false)
    }, LAUNCH_TICK_MS)
  }

  completed(): number {
    return this.finished
  }

  stop(): void {
    this.stopped = true
    clearInterval(this.timer)
  }

  private launch(again: boolean): void {
    const index = this.next
    this.next = (this.next + STRIDE) % this.task.hosts.length
    if (this.busy[index]) return
    this.busy[index] = 1
    this.poll(index, () => {
      this.finished++
      this.busy[index] = 0
      if (again && !this.stopped) this.launch(true)
    })
  }
}
