import { CacheEntry, jsonOf } from '../../../src/cache/cache-entry'
import { HeapGuard } from '../../../src/cache/memory/heap-guard'
import { heapOfProcess } from '../../../src/cache/memory/heap-use'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { fastClock } from '../../support/fast-clock'

/**
 * A process of its own, started by the test beside it: puts 400 MB into a cache that may hold more than there is. The clock is
 * fast, because no process is given that much slowly enough for the guard in the time that a test has.
 */
const VALUES = 40_000
const AT_ONCE = 50
const clock = fastClock(200)

const memory = new MemoryLevel({ maximum_entries: VALUES, maximum_bytes: 4e9, clock })
const told: boolean[] = []
const guard = new HeapGuard({
  memory,
  clock,
  heap: heapOfProcess(),
  heap_pct: 70,
  onChange: (shrunk) => told.push(shrunk),
})
if (process.argv.includes('guarded')) guard.start()
fill(0)

function fill(from: number): void {
  if (from === VALUES) {
    guard.stop()
    console.log(JSON.stringify({ told, ...memory.sizes().flow }))
    return
  }
  for (let index = from; index < from + AT_ONCE; index++) {
    const entry = { kind: 'flow', tags: [], stored_ms: clock.monotonic(), fresh_ms: 1e9, stale_ms: 0 } as const
    memory.put(`key-${index}`, new CacheEntry(entry, jsonOf(`${index}`.padEnd(10_000))))
  }
  clock.setTimeout(() => fill(from + AT_ONCE), 400)
}
