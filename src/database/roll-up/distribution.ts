/** Enough for every value of an hour that is polled each second. */
const MOST_ENTRIES = 4096
const FIRST_ENTRIES = 64
const NONE = new Float64Array(0)
/** Where values have to be gathered they keep this many significant bits at first: a step is 0.05 % of the value. */
const FINEST_BITS = 12
const DOUBLE_BITS = 53

/**
 * How long a field had which value, for its percentiles. Exact for 4,096 changes of the value in a bucket, and for any number of
 * changes between half as many values. Beyond, values are gathered in steps of 0.05 % of themselves, or, where that is not
 * enough because they are spread over many orders of magnitude, in longer ones: of 0.8 % for five orders.
 */
export class Distribution {
  /** A device has few of the fields that there are, and the others need no room. */
  private values = NONE
  private weights = NONE
  private size = 0
  private total = 0
  /** That values are gathered to; none yet. */
  private bits = Number.POSITIVE_INFINITY

  add(value: number, weight: number): void {
    this.total += weight
    const last = this.size - 1
    if (last >= 0 && this.values[last] === value) {
      this.weights[last] = (this.weights[last] as number) + weight
      return
    }
    if (this.size === this.values.length) this.makeRoom()
    this.values[this.size] = value
    this.weights[this.size] = weight
    this.size += 1
  }

  clear(): void {
    this.size = 0
    this.total = 0
    this.bits = Number.POSITIVE_INFINITY
  }

  /** The smallest value that was not exceeded in so many hundredths of the time. Reorders what is held. */
  percentile(hundredths: number): number {
    const { values, weights } = this
    const wanted = (this.total * hundredths) / 100
    let low = 0
    let high = this.size - 1
    let below = 0
    while (low < high) {
      const pivot = medianOf(values[low] as number, values[(low + high) >> 1] as number, values[high] as number)
      let left = low
      let right = high
      let weight = 0
      while (left <= right) {
        const value = values[left] as number
        if (value < pivot) weight += weights[left++] as number
        else if ((values[right] as number) >= pivot) right -= 1
        else this.swap(left, right)
      }
      // Smaller ones lie before `left`.
      if (below + weight >= wanted) high = left - 1
      else {
        below += weight
        const equal = this.gather(pivot, left, high)
        weight = 0
        for (let index = left; index < equal; index += 1) weight += weights[index] as number
        if (below + weight >= wanted) return pivot
        below += weight
        low = equal
      }
    }
    return values[Math.min(low, this.size - 1)] as number
  }

  /** Brings those that equal the pivot to the front of the part. @returns where they end */
  private gather(pivot: number, from: number, to: number): number {
    let end = from
    for (let index = from; index <= to; index += 1) if (this.values[index] === pivot) this.swap(index, end++)
    return end
  }

  private swap(one: number, other: number): void {
    const { values, weights } = this
    const value = values[one] as number
    const weight = weights[one] as number
    values[one] = values[other] as number
    weights[one] = weights[other] as number
    values[other] = value
    weights[other] = weight
  }

  private makeRoom(): void {
    if (this.size < MOST_ENTRIES) {
      this.values = enlarged(this.values)
      this.weights = enlarged(this.weights)
      return
    }
    let gathered = this.gathered()
    while (gathered.size > MOST_ENTRIES / 2) {
      this.bits = Math.min(FINEST_BITS, this.bits - 1)
      gathered = this.gathered()
    }
    this.size = 0
    for (const [value, weight] of gathered) {
      this.values[this.size] = value
      this.weights[this.size] = weight
      this.size += 1
    }
  }

  private gathered(): Map<number, number> {
    const weights = new Map<number, number>()
    const { bits } = this
    for (let index = 0; index < this.size; index += 1) {
      const exact = this.values[index] as number
      const value = bits > FINEST_BITS ? exact : rounded(exact, bits)
      weights.set(value, (weights.get(value) ?? 0) + (this.weights[index] as number))
    }
    return weights
  }
}

/** Cut to so many significant bits, as Veltkamp splits a number in two. */
function rounded(value: number, bits: number): number {
  const scaled = value * (2 ** (DOUBLE_BITS - bits) + 1)
  return scaled - (scaled - value)
}

function enlarged(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(FIRST_ENTRIES, array.length * 2))
  larger.set(array)
  return larger
}

function medianOf(one: number, two: number, three: number): number {
  return Math.max(Math.min(one, two), Math.min(Math.max(one, two), three))
}
