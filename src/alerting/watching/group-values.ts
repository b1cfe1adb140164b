import { createGroupValue, type GroupValue, type Share, type Together } from './group-value'

/** What one member brings, by key. */
export type Shares = Map<string, Share>

/** The values of a group, each brought up to date as the shares of its members change. */
export class GroupValues {
  /** Without a prototype: names of values come from outside. */
  readonly results = Object.create(null) as Record<string, number>
  private readonly groupValues = new Map<string, GroupValue>()

  constructor(private readonly together: Together) {}

  put(shares: Shares, key: string, value: number): void {
    let groupValue = this.groupValues.get(key)
    if (groupValue === undefined) this.groupValues.set(key, (groupValue = createGroupValue(this.together)))
    const share = shares.get(key)
    if (share !== undefined) groupValue.change(share, value)
    else {
      const added = { value, position: 0 }
      shares.set(key, added)
      groupValue.add(added)
    }
    this.results[key] = groupValue.value
  }

  withdraw(shares: Shares, key: string): void {
    const groupValue = this.groupValues.get(key) as GroupValue
    groupValue.remove(shares.get(key) as Share)
    shares.delete(key)
    if (!Number.isNaN(groupValue.value)) {
      this.results[key] = groupValue.value
      return
    }
    this.groupValues.delete(key)
    // Not absent, which says nothing of a value: it is known that nobody tells it any longer.
    this.results[key] = NaN
  }
}
