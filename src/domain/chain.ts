/** What can be in a `Chain`: in one at a time. The chain alone touches these fields. */
export interface Link<Entry> {
  previous: Entry | undefined
  next: Entry | undefined
}

/**
 * Entries in the order in which they came. A `Set` that thousands of entries pass through every second keeps the garbage
 * collector busy: its outgrown tables live on for a while, and with them all that they held (a quarter of a poll's CPU).
 */
export class Chain<Entry extends Link<Entry>> {
  oldest: Entry | undefined
  private newest: Entry | undefined
  size = 0

  append(entry: Entry): void {
    entry.previous = this.newest
    if (this.newest) this.newest.next = entry
    else this.oldest = entry
    this.newest = entry
    this.size++
  }

  /** Nothing happens where the entry is in no chain. */
  delete(entry: Entry): void {
    const { previous, next } = entry
    if (!previous && this.oldest !== entry) return
    if (previous) previous.next = next
    else this.oldest = next
    if (next) next.previous = previous
    else this.newest = previous
    entry.previous = entry.next = undefined
    this.size--
  }

  clear(): void {
    while (this.oldest) this.delete(this.oldest)
  }
}
