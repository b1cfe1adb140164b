import { inspect } from 'node:util'

const PATIENCE_MS = 20_000

interface Waiter<Item> {
  readonly matches: (item: Item) => boolean
  readonly take: (item: Item) => void
}

/** What arrived for each id, and who waits for it. A wait that nothing ends fails with what did arrive. */
export class Inbox<Item> {
  private readonly items = new Map<string, Item[]>()
  private readonly waiters = new Map<string, Waiter<Item>[]>()

  push(id: string, item: Item): void {
    const waiters = this.waitersOf(id)
    const index = waiters.findIndex((waiter) => waiter.matches(item))
    if (index === -1) this.all(id).push(item)
    else waiters.splice(index, 1)[0]?.take(item)
  }

  /** Takes the oldest that matches; waits for one where there is none. */
  next(id: string, matches: (item: Item) => boolean = () => true): Promise<Item> {
    const items = this.all(id)
    const index = items.findIndex(matches)
    if (index !== -1) return Promise.resolve(items.splice(index, 1)[0] as Item)
    return new Promise((resolve, reject) => {
      const waiters = this.waitersOf(id)
      const limit = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1)
        reject(new Error(this.explain(id)))
      }, PATIENCE_MS)
      const take = (item: Item) => {
        clearTimeout(limit)
        resolve(item)
      }
      const waiter = { matches, take }
      waiters.push(waiter)
    })
  }

  all(id: string): Item[] {
    let items = this.items.get(id)
    if (!items) this.items.set(id, (items = []))
    return items
  }

  /** Drops what nobody has taken for one id. */
  drop(id: string): void {
    this.items.delete(id)
  }

  /** Drops what nobody has taken. Who waits goes on waiting. */
  clear(): void {
    this.items.clear()
  }

  private waitersOf(id: string): Waiter<Item>[] {
    let waiters = this.waiters.get(id)
    if (!waiters) this.waiters.set(id, (waiters = []))
    return waiters
  }

  private explain(id: string): string {
    return `Nothing that was waited for came to '${id}' within ${PATIENCE_MS} ms; what came: ${inspect(this.all(id))}`
  }
}
