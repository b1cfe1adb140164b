const FIRST_SIZE = 16

/** Numbers with their moments, oldest first: a ring that grows. Who fills it bounds it. */
export class SampleQueue {
  private times_ms = new Float64Array(FIRST_SIZE)
  private values = new Float64Array(FIRST_SIZE)
  private first = 0
  private count = 0

  get length(): number {
    return this.count
  }

  /** @param index from 0, the oldest, to under `length` */
  timeAt(index: number): number {
    return this.times_ms[this.placeOf(index)] as number
  }

  valueAt(index: number): number {
    return this.values[this.placeOf(index)] as number
  }

  push(at_ms: number, value: number): void {
    if (this.count === this.values.length) this.grow()
    this.count++
    this.replaceLast(at_ms, value)
  }

  replaceLast(at_ms: number, value: number): void {
    const place = this.placeOf(this.count - 1)
    this.times_ms[place] = at_ms
    this.values[place] = value
  }

  dropFirst(): void {
    this.first = this.placeOf(1)
    this.count--
  }

  dropLast(): void {
    this.count--
  }

  clear(): void {
    this.count = 0
  }

  /** The size is a power of two. */
  private placeOf(index: number): number {
    return (this.first + index) & (this.values.length - 1)
  }

  private grow(): void {
    const times_ms = new Float64Array(this.count * 2)
    const values = new Float64Array(this.count * 2)
    for (let index = 0; index < this.count; index++) {
      times_ms[index] = this.timeAt(index)
      values[index] = this.valueAt(index)
    }
    this.times_ms = times_ms
    this.values = values
    this.first = 0
  }
}
