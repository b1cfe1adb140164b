import type { DirtyStretch } from './tier-catalog'

/** More than a spool that comes back after days makes; a file of them is written within milliseconds. */
const MOST_STRETCHES = 4000

/**
 * The dirty stretches of one tier. Stretches of a device that touch become one. Where there are too many, those of each
 * device become one, and where that is not enough, all of them: more is then rolled up again than would be needed.
 *
 * What was marked once more is another object than before, so that what somebody has begun to roll up stays dirty.
 */
export class DirtyStretches {
  /** Without a device: of all. Those of one do not touch, and are in order. */
  private stretches = new Map<string | undefined, DirtyStretch[]>()
  private sorted: readonly DirtyStretch[] | undefined

  constructor(given: readonly DirtyStretch[] = []) {
    this.add(given)
  }

  /** Oldest first. */
  list(): readonly DirtyStretch[] {
    this.sorted ??= [...this.stretches.values()].flat().sort((one, other) => one.from - other.from)
    return this.sorted
  }

  /** @returns whether anything was clean that is not now */
  add(given: readonly DirtyStretch[]): boolean {
    this.sorted = undefined
    let isMore = false
    for (const stretch of given) {
      const isKnown = this.renew(undefined, stretch) || this.renew(stretch.device_id, stretch)
      if (!isKnown) this.insert(stretch)
      isMore ||= !isKnown
    }
    if (this.count() > MOST_STRETCHES) this.merge((device_id) => device_id)
    // Leaves room, so that not every mark after this one merges again.
    if (this.count() > MOST_STRETCHES / 2 && this.isMerged()) this.merge(() => undefined)
    return isMore
  }

  /** Those that `list` gave; what was marked again since stays. */
  remove(given: readonly DirtyStretch[]): void {
    const gone = new Set(given)
    this.sorted = undefined
    for (const [device_id, stretches] of this.stretches) {
      const left = stretches.filter((stretch) => !gone.has(stretch))
      if (left.length > 0) this.stretches.set(device_id, left)
      else this.stretches.delete(device_id)
    }
  }

  /** Replaces what holds all of it by an equal one. */
  private renew(device_id: string | undefined, { from, to }: DirtyStretch): boolean {
    const stretches = this.stretches.get(device_id) ?? []
    const index = firstReaching(stretches, from)
    const found = stretches[index]
    if (found === undefined || found.from > from || found.to < to) return false
    stretches[index] = { ...found }
    return true
  }

  private insert({ device_id, from, to }: DirtyStretch): void {
    const stretches = this.stretches.get(device_id) ?? []
    const start = firstReaching(stretches, from)
    let end = start
    while ((stretches[end]?.from ?? Infinity) <= to) end += 1
    const merged = {
      ...(device_id !== undefined && { device_id }),
      from: Math.min(from, stretches[start]?.from ?? from),
      to: Math.max(to, stretches[end - 1]?.to ?? to),
    }
    stretches.splice(start, end - start, merged)
    this.stretches.set(device_id, stretches)
  }

  private count(): number {
    let count = 0
    for (const stretches of this.stretches.values()) count += stretches.length
    return count
  }

  private isMerged(): boolean {
    return [...this.stretches.values()].every(({ length }) => length === 1)
  }

  private merge(group: (device_id: string | undefined) => string | undefined): void {
    const before = this.list()
    this.stretches = new Map()
    const ends = new Map<string | undefined, { from: number; to: number }>()
    for (const { device_id, from, to } of before) {
      const known = ends.get(group(device_id))
      ends.set(group(device_id), { from: known?.from ?? from, to: Math.max(known?.to ?? to, to) })
    }
    for (const [device_id, range] of ends) {
      this.stretches.set(device_id, [{ ...(device_id !== undefined && { device_id }), ...range }])
    }
    this.sorted = undefined
  }
}

/** The first that does not end before the moment; they are in order, and do not touch. */
function firstReaching(stretches: readonly DirtyStretch[], moment: number): number {
  let [low, high] = [0, stretches.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stretches[middle] as DirtyStretch).to < moment) low = middle + 1
    else high = middle
  }
  return low
}
