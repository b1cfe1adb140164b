import type { CacheEntry } from '../cache-entry'
import type { Change } from '../cache-level'
import { Deletion } from './deletion'

export const PENDING_BOUNDS = {
  values: 10_000,
  /** Of the JSON of the values. */
  characters: 16 * 1024 * 1024,
  /** Keys to be deleted. */
  keys: 100_000,
  deletions: 1000,
} as const
export type PendingBounds = Readonly<Record<keyof typeof PENDING_BOUNDS, number>>

interface Sent {
  readonly entry: CacheEntry | undefined
  /** Another process has changed the key; before or after this change, nobody knows. */
  isOvertaken: boolean
}

/**
 * What this process has changed and Redis has not acknowledged: deletions of many keys, and behind them the latest change of
 * each key. Bounded: a value that does not fit leaves a deletion of its key; where those are too many, everything goes.
 *
 * | the change of a key    | another changes the key   | Redis acknowledges         | Redis does not  | a deletion covers it |
 * | ---------------------- | ------------------------- | -------------------------- | --------------- | -------------------- |
 * | waits                  | waits: it will come later |                            |                 | goes                 |
 * | is sent                | overtaken, perhaps        | done; memory keeps a value | waits           | goes                 |
 * |                        |                           | that was not overtaken     |                 |                      |
 * | is sent, a newer waits | the newer waits           | the newer waits            | the newer waits | both go              |
 *
 * What goes because its value has the tag of a deletion leaves one of its key: in Redis the key may have a value without it.
 */
export class PendingChanges {
  /** In order. A change of the list makes a new one, so that whoever reads remembers which there were. */
  deletions: readonly Deletion[] = []
  private deleting: Deletion | undefined
  // New ones for every batch: the tables of a map that many keys pass through live on, and all that they held.
  private waiting = new Map<string, CacheEntry | undefined>()
  private sent = new Map<string, Sent>()
  private values = 0
  private characters = 0

  constructor(private readonly bounds: PendingBounds = PENDING_BOUNDS) {}

  /** Keys and deletions that are not acknowledged. */
  get size(): number {
    return this.unsent + this.sent.size + this.deletions.length
  }

  /** Keys whose latest change has not been sent. */
  get unsent(): number {
    return this.waiting.size
  }

  has(key: string): boolean {
    return this.waiting.has(key) || this.sent.has(key)
  }

  /** Whether what Redis says about the key may not hold. */
  concerns(key: string): boolean {
    // A deletion by tag may cover any key.
    return this.has(key) || this.deletions.length > 0
  }

  /** The value that the key is to have. */
  get(key: string): CacheEntry | undefined {
    return this.waiting.has(key) ? this.waiting.get(key) : this.sent.get(key)?.entry
  }

  keys(): Set<string> {
    return new Set([...this.sent.keys(), ...this.waiting.keys()])
  }

  /** @param entry undefined deletes */
  set(key: string, entry: CacheEntry | undefined): void {
    this.forget(key)
    const { values, characters, keys } = this.bounds
    const fits = entry && this.values < values && this.characters + entry.text.length <= characters
    this.waiting.set(key, fits ? entry : undefined)
    if (fits) this.count(entry, 1)
    else if (this.waiting.size - this.values > keys) this.deleteEverything()
  }

  /** Returns the one that waits already, where there is an equal one. */
  add(deletion: Deletion): Deletion {
    for (const key of this.keys()) this.cover(key, deletion)
    const equal = this.deletions.find(({ name }) => name === deletion.name)
    if (equal && equal !== this.deleting) return equal
    this.deletions = [...this.deletions, deletion]
    if (this.deletions.length > this.bounds.deletions) this.deleteEverything()
    return deletion
  }

  /** The next deletion, which is under way until `deleted` or `failed`. */
  takeDeletion(): Deletion | undefined {
    this.deleting = this.deletions[0]
    return this.deleting
  }

  deleted(): void {
    this.deletions = this.deletions.slice(1)
    this.deleting = undefined
  }

  /** The next changes of keys, at least one, which are under way until `written` or `failed`. */
  take(most: number, most_characters: number, now_ms: number): Change[] {
    const before = this.waiting
    this.waiting = new Map()
    this.values = this.characters = 0
    const changes: Change[] = []
    let characters = 0
    for (const [key, waiting] of before) {
      const entry = waiting && now_ms < waiting.ends_ms ? waiting : undefined
      characters += entry?.text.length ?? 0
      if (changes.length > 0 && (changes.length >= most || characters > most_characters)) {
        this.waiting.set(key, waiting)
        if (waiting) this.count(waiting, 1)
      } else {
        changes.push([key, entry])
        this.sent.set(key, { entry, isOvertaken: false })
      }
    }
    return changes
  }

  /** Returns the keys whose value memory must not keep. */
  written(): string[] {
    const keys: string[] = []
    for (const [key, { entry, isOvertaken }] of this.sent) {
      if ((!entry || isOvertaken) && !this.waiting.has(key)) keys.push(key)
    }
    this.sent = new Map()
    return keys
  }

  /** What was under way may have been carried out or not: it waits again. */
  failed(): void {
    this.deleting = undefined
    const sent = [...this.sent]
    this.sent = new Map()
    for (const [key, { entry }] of sent) {
      if (!this.waiting.has(key)) this.set(key, entry)
    }
  }

  /** Another process has changed the key; without one: all of them. */
  overtake(key: string | undefined): void {
    if (key === undefined) for (const sent of this.sent.values()) sent.isOvertaken = true
    else if (this.sent.has(key)) this.sent.set(key, { entry: this.sent.get(key)?.entry, isOvertaken: true })
  }

  private cover(key: string, deletion: Deletion): void {
    if (deletion.covers(key)) {
      this.forget(key)
      this.sent.delete(key)
    } else if (deletion.covers(key, this.get(key))) {
      this.set(key, undefined)
    }
  }

  private deleteEverything(): void {
    this.deletions = [...(this.deleting ? [this.deleting] : []), Deletion.matching('*')]
    for (const [key, entry] of this.waiting) {
      if (entry) continue
      this.waiting.delete(key)
      this.sent.delete(key)
    }
  }

  private forget(key: string): void {
    const entry = this.waiting.get(key)
    if (entry) this.count(entry, -1)
    this.waiting.delete(key)
  }

  private count(entry: CacheEntry, sign: 1 | -1): void {
    this.values += sign
    this.characters += sign * entry.text.length
  }
}
