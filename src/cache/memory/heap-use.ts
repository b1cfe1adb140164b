import { getHeapStatistics } from 'node:v8'

export interface HeapUse {
  readonly used_bytes: number
  readonly limit_bytes: number
  /** Whether all of it was collected since the last look, so that nothing which was let go before counts as used. */
  readonly collected: boolean
}

/** Looks at the heap of this process. */
export function heapOfProcess(): () => HeapUse {
  // V8 clears weak references in full collections alone.
  let canary = new WeakRef({})
  return () => {
    const collected = canary.deref() === undefined
    if (collected) canary = new WeakRef({})
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    return { used_bytes: used_heap_size, limit_bytes: heap_size_limit, collected }
  }
}
