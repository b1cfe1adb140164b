/** From here on polls slow down, and until it is below the other they stay slower: 0 to 1 of a spool. */
const BEGINS_AT = 0.8
const ENDS_AT = 0.7
/** How many times more slowly fleets poll when a spool is full. */
const SLOWEST = 10

type Watcher = (slowdown: number) => void

/**
 * What databases that would rather refuse than drop tell the fleets of this Node-RED: how much more slowly to poll. The
 * fullest of them decides.
 */
export class BackPressure {
  private readonly slowdowns = new Map<object, number>()
  private readonly watchers = new Set<Watcher>()
  private told = 1

  /** 1 while none asks for it, up to 10. */
  get slowdown(): number {
    return Math.max(1, ...this.slowdowns.values())
  }

  /** How full the spool of `database` is, 0 to 1. */
  report(database: object, fullness: number): void {
    const before = this.slowdowns.get(database) ?? 1
    const isOn = fullness > BEGINS_AT || (before > 1 && fullness > ENDS_AT)
    if (isOn) this.slowdowns.set(database, slowdownAt(fullness))
    else this.slowdowns.delete(database)
    this.tell()
  }

  /** It is closed: nothing more comes to it. */
  withdraw(database: object): void {
    this.slowdowns.delete(database)
    this.tell()
  }

  /** Calls at once, and whenever it changes; returns how to end it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher)
    watcher(this.slowdown)
    return () => void this.watchers.delete(watcher)
  }

  private tell(): void {
    const { slowdown } = this
    if (slowdown === this.told) return
    this.told = slowdown
    for (const watcher of this.watchers) watcher(slowdown)
  }
}

export const backPressure = new BackPressure()

/** Equal steps of fullness multiply it equally; to one decimal, so that it does not change with every reading. */
function slowdownAt(fullness: number): number {
  const part = (Math.min(1, fullness) - ENDS_AT) / (1 - ENDS_AT)
  return Math.round(10 * SLOWEST ** part) / 10
}
