import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { describeCacheLevel } from '../../contract/cache/cache-level.contract'
import { FakeClock } from '../../support/fake-clock'

describeCacheLevel('memory', () => {
  const clock = new FakeClock()
  return Promise.resolve({
    level: new MemoryLevel({ maximum_entries: 10_000, maximum_bytes: 64e6, clock }),
    time: {
      clock,
      until: (moment_ms) => {
        clock.advance(Math.max(0, moment_ms - clock.monotonic()))
        return Promise.resolve()
      },
    },
    close: () => Promise.resolve(),
  })
})
