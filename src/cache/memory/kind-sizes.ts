import { CACHE_KINDS, type CacheKind } from '../cache-options'

export interface KindSize {
  readonly entries: number
  readonly bytes: number
}

/** How much there is of each kind. */
export class KindSizes {
  private readonly sizes = new Map(CACHE_KINDS.map((kind) => [kind, { entries: 0, bytes: 0 }]))

  add(kind: CacheKind, bytes: number, entries = 1): void {
    const size = this.sizes.get(kind)
    if (!size) return
    size.entries += entries
    size.bytes += bytes
  }

  remove(kind: CacheKind, bytes: number): void {
    this.add(kind, -bytes, -1)
  }

  snapshot(): Readonly<Record<CacheKind, KindSize>> {
    return Object.fromEntries([...this.sizes].map(([kind, size]) => [kind, { ...size }])) as Record<CacheKind, KindSize>
  }
}
