import type { Clock, Timer } from '../../domain/clock'

/** Something that is due at `due_ms`, which its owner changes as it likes. The other two belong to the list it is in. */
export interface Due {
  readonly due_ms: number
  /** What the heap is ordered by: never later than the item is due; Infinity outside of the list. */
  queued_ms: number
  place: number
}

/** What one turn of the event loop may cost, beside which flows have to run: 200 that are woken, or 1,000 put back. */
const MOST_EFFORT = 1000
const WAKING = 5
/** A longer one would overflow. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

/**
 * Wakes each item when it is due, with one timer. An item whose time moves on, as that of silence does with every
 * sample, stays where it is in the heap until it comes up there: then it is put back for its true time.
 */
export class DueList<Item extends Due> {
  private readonly heap: Item[] = []
  private timer: Timer | undefined
  /** When the timer wakes; -Infinity while a turn runs, which arms it at its end. */
  private armed_ms = Infinity
  private running = false

  constructor(
    private readonly clock: Clock,
    private readonly wake: (item: Item) => void,
  ) {}

  start(): void {
    this.running = true
    this.arm()
  }

  /** Keeps what is due, and wakes nothing until the next `start`. */
  stop(): void {
    this.running = false
    this.disarm()
  }

  /** The item may be due at another time than before. */
  update(item: Item): void {
    const { due_ms } = item
    if (due_ms >= item.queued_ms || due_ms === Infinity) return
    if (item.queued_ms === Infinity) item.place = this.heap.push(item) - 1
    item.queued_ms = due_ms
    this.rise(item)
    if (this.running && due_ms < this.armed_ms) this.arm()
  }

  remove(item: Item): void {
    if (item.queued_ms === Infinity) return
    item.queued_ms = Infinity
    const last = this.heap.pop() as Item
    if (last === item) return
    this.put(last, item.place)
    this.rise(last)
    this.sink(last)
  }

  private readonly turn = (): void => {
    this.timer = undefined
    this.armed_ms = -Infinity
    const now_ms = this.clock.monotonic()
    for (let effort = 0; effort < MOST_EFFORT;) {
      const first = this.heap[0]
      if (first === undefined || first.queued_ms > now_ms) break
      const isDue = first.due_ms <= now_ms
      effort += isDue ? WAKING : 1
      if (isDue) this.wakeFirst(first)
      else this.putBack(first)
    }
    if (this.running) this.arm()
  }

  private wakeFirst(item: Item): void {
    this.remove(item)
    this.wake(item)
  }

  private putBack(item: Item): void {
    if (item.due_ms === Infinity) {
      this.remove(item)
      return
    }
    item.queued_ms = item.due_ms
    this.sink(item)
  }

  private arm(): void {
    this.disarm()
    const first = this.heap[0]
    if (first === undefined) return
    this.armed_ms = first.queued_ms
    const delay_ms = Math.max(0, Math.ceil(first.queued_ms - this.clock.monotonic()))
    this.timer = this.clock.setTimeout(this.turn, Math.min(delay_ms, LONGEST_SLEEP_MS))
  }

  private disarm(): void {
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.armed_ms = Infinity
  }

  private rise(item: Item): void {
    while (item.place > 0) {
      const parent = this.heap[(item.place - 1) >> 1] as Item
      if (parent.queued_ms <= item.queued_ms) return
      this.swap(item, parent)
    }
  }

  private sink(item: Item): void {
    for (;;) {
      const left = this.heap[item.place * 2 + 1]
      const right = this.heap[item.place * 2 + 2]
      const least = left !== undefined && right !== undefined && right.queued_ms < left.queued_ms ? right : left
      if (least === undefined || least.queued_ms >= item.queued_ms) return
      this.swap(item, least)
    }
  }

  private swap(one: Item, other: Item): void {
    const { place } = one
    this.put(one, other.place)
    this.put(other, place)
  }

  private put(item: Item, place: number): void {
    item.place = place
    this.heap[place] = item
  }
}
