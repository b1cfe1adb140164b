/** Keeps the newest `limit` keys. */
export class BoundedMap<Value> {
  private readonly values = new Map<string, Value>()

  constructor(private readonly limit: number) {}

  get(key: string): Value | undefined {
    return this.values.get(key)
  }

  set(key: string, value: Value): void {
    if (this.values.size >= this.limit && !this.values.has(key)) {
      const oldest = this.values.keys().next()
      if (!oldest.done) this.values.delete(oldest.value)
    }
    this.values.set(key, value)
  }
}
