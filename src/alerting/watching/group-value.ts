import type { Rule } from '../rules/rule'

/** What one member brings to a value of its group. */
export interface Share {
  value: number
  /** Kept by the group's value: where the share stands in it. */
  position: number
}

/** One value of a group, from the shares of its members. */
export interface GroupValue {
  /** NaN where there is no share. */
  readonly value: number
  add(share: Share): void
  change(share: Share, value: number): void
  remove(share: Share): void
}

export type Together = Exclude<Rule['together'], 'each'>

export function createGroupValue(together: Together): GroupValue {
  switch (together) {
    case 'sum':
      return new Total(false)
    case 'mean':
      return new Total(true)
    case 'lowest':
      return new Extreme(-1)
    case 'highest':
      return new Extreme(1)
  }
}

/**
 * Sum or mean. What is lost to rounding is summed up beside it (Neumaier's way), so that a large share that has gone
 * leaves no trace, and nothing has ever to be summed anew.
 */
class Total implements GroupValue {
  private sum = 0
  private lost = 0
  private count = 0

  constructor(private readonly isMean: boolean) {}

  get value(): number {
    if (this.count === 0) return NaN
    return (this.sum + this.lost) / (this.isMean ? this.count : 1)
  }

  add({ value }: Share): void {
    this.count++
    this.plus(value)
  }

  change(share: Share, value: number): void {
    if (value === share.value) return
    this.plus(-share.value)
    this.plus(value)
    share.value = value
  }

  remove({ value }: Share): void {
    this.count--
    this.plus(-value)
  }

  private plus(value: number): void {
    const { sum } = this
    this.sum = sum + value
    this.lost += Math.abs(sum) >= Math.abs(value) ? sum - this.sum + value : value - this.sum + sum
  }
}

/** The share that is farthest; all are looked through only when that one draws back. */
class Extreme implements GroupValue {
  private readonly shares: Share[] = []
  private farthest: Share | undefined

  /** @param sign 1: highest; -1: lowest */
  constructor(private readonly sign: 1 | -1) {}

  get value(): number {
    return this.farthest?.value ?? NaN
  }

  add(share: Share): void {
    share.position = this.shares.push(share) - 1
    if (this.isFarther(share)) this.farthest = share
  }

  change(share: Share, value: number): void {
    const drawsBack = share === this.farthest && (value - share.value) * this.sign < 0
    share.value = value
    if (drawsBack) this.lookThrough()
    else if (this.isFarther(share)) this.farthest = share
  }

  remove(share: Share): void {
    const last = this.shares.pop() as Share
    if (last !== share) {
      this.shares[share.position] = last
      last.position = share.position
    }
    if (share === this.farthest) this.lookThrough()
  }

  private lookThrough(): void {
    this.farthest = undefined
    for (const share of this.shares) if (this.isFarther(share)) this.farthest = share
  }

  private isFarther({ value }: Share): boolean {
    return this.farthest === undefined || (value - this.farthest.value) * this.sign > 0
  }
}
