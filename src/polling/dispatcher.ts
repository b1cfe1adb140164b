import type { Budget } from './budget'
import { Lane } from './lane'
import type { Host, Unit } from './unit'

/**
 * An exchange that takes longer gives up its place. Places bound the work in hand: waiting for a silent device is none,
 * and must not keep others waiting. What waits is bounded all the same: places / 250 ms x deadline.
 */
export const SLOW_MS = 250

export interface DispatcherOptions {
  readonly concurrency: number
  readonly budget: Budget | undefined
  launch(unit: Unit, now_ms: number): void
  /** Asks for a `pump` after so many milliseconds. */
  wake(in_ms: number, now_ms: number): void
}

/**
 * Which of the units that are due is asked next: hosts take turns, one exchange per host, in two lanes. The steady one
 * is for hosts whose last exchange went well; those in doubt (new or failing) have as many places of their own, so that
 * no number of dead hosts delays a living one.
 */
export class Dispatcher {
  readonly steady: Lane<Host>
  readonly doubtful: Lane<Host>
  /** Where exchanges are that gave up their place. */
  readonly slow = new Lane<Host>(Infinity)
  /** The lane that the budget refused last comes first next time, or one would take it all. */
  private refused: Lane<Host> | undefined

  constructor(private readonly options: DispatcherOptions) {
    this.steady = new Lane(options.concurrency)
    this.doubtful = new Lane(options.concurrency)
  }

  get in_flight(): number {
    return this.steady.running.size + this.doubtful.running.size + this.slow.running.size
  }

  /** Hosts in line. */
  get waiting(): number {
    return this.steady.waiting + this.doubtful.waiting
  }

  /** Puts a unit in line, once; an urgent one ahead of the others. `pump` then sends it. */
  enqueue(unit: Unit, urgent: boolean): void {
    const { host } = unit
    if (unit.queued && !urgent) return
    if (unit.queued) host.withdraw(unit)
    unit.queued = true
    if (urgent) host.prepend(unit)
    else host.append(unit)
    if (host.running === undefined) this.line(host, urgent)
  }

  /** Takes a unit out of the line. */
  withdraw(unit: Unit): void {
    if (unit.queued) unit.host.withdraw(unit)
    unit.queued = false
  }

  /** Frees the host's place; what else is due there goes to the end of the line. */
  finished(host: Host): void {
    host.lane?.running.delete(host)
    host.lane = undefined
    host.running = undefined
    if (host.pending !== undefined) this.line(host, host.pending.read !== undefined)
  }

  /** Sends as many as there are places and budget for. */
  pump(now_ms: number): void {
    const first = this.refused ?? this.steady
    this.send(first, now_ms)
    this.send(first === this.steady ? this.doubtful : this.steady, now_ms)
  }

  clear(): void {
    this.steady.clear()
    this.doubtful.clear()
    this.slow.clear()
  }

  private line(host: Host, urgent: boolean): void {
    const lane = host.proved ? this.steady : this.doubtful
    if (urgent && !host.isUrgent) {
      host.isUrgent = true
      lane.urgent.push(host)
    } else if (!urgent && !host.isReady) {
      host.isReady = true
      lane.ready.push(host)
    }
  }

  private send(lane: Lane<Host>, now_ms: number): void {
    this.fill(lane, now_ms)
    while (lane.isFull && lane.waiting > 0) {
      const wait_ms = this.giveWay(lane, now_ms)
      if (lane.isFull) return this.options.wake(wait_ms, now_ms)
      this.fill(lane, now_ms)
    }
  }

  private fill(lane: Lane<Host>, now_ms: number): void {
    while (!lane.isFull) {
      let host = lane.urgent.shift()
      const urgent = host !== undefined
      host ??= lane.ready.shift()
      if (host === undefined) return
      if (urgent) host.isUrgent = false
      else host.isReady = false
      // In both queues, and served from the other; or its units were withdrawn.
      if (host.running !== undefined || host.pending === undefined) continue
      if (!this.afford(lane, host, urgent, now_ms)) return
      const unit = host.take() as Unit
      unit.queued = false
      host.running = unit
      host.lane = lane
      host.launched_ms = now_ms
      lane.running.append(host)
      this.options.launch(unit, now_ms)
    }
  }

  private afford(lane: Lane<Host>, host: Host, urgent: boolean, now_ms: number): boolean {
    const { budget } = this.options
    if (budget === undefined || budget.take(now_ms, urgent)) return true
    if (urgent) host.isUrgent = true
    else host.isReady = true
    this.refused = lane
    ;(urgent ? lane.urgent : lane.ready).unshift(host)
    this.options.wake(budget.wait(now_ms), now_ms)
    return false
  }

  /** Frees the places of slow exchanges; returns the milliseconds until the next may be slow. */
  private giveWay(lane: Lane<Host>, now_ms: number): number {
    for (let host = lane.running.oldest; host !== undefined; host = lane.running.oldest) {
      const left_ms = host.launched_ms + SLOW_MS - now_ms
      if (left_ms > 0) return left_ms
      lane.running.delete(host)
      this.slow.running.append(host)
      host.lane = this.slow
    }
    return SLOW_MS
  }
}
