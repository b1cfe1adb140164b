import { Chain, type Link } from '../domain/chain'

/** First in, first out; taking from the front costs the same however long it is. */
export class Queue<T> {
  private items: T[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  push(item: T): void {
    this.items.push(item)
  }

  /** Puts back what `shift` gave. */
  unshift(item: T): void {
    if (this.head > 0) this.items[--this.head] = item
    else this.items.unshift(item)
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined
    const item = this.items[this.head++]
    if (this.head === this.items.length) this.clear()
    else if (this.head >= 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  clear(): void {
    this.items.length = 0
    this.head = 0
  }
}

/** A number of places for exchanges under way, and those who wait for one. */
export class Lane<T extends Link<T>> {
  readonly urgent = new Queue<T>()
  readonly ready = new Queue<T>()
  /** In the order in which they began. */
  readonly running = new Chain<T>()

  constructor(readonly places: number) {}

  get isFull(): boolean {
    return this.running.size >= this.places
  }

  get waiting(): number {
    return this.urgent.length + this.ready.length
  }

  clear(): void {
    this.urgent.clear()
    this.ready.clear()
    this.running.clear()
  }
}
