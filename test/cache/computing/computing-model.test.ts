import fc from 'fast-check'
import { describe, it } from 'mocha'
import { FakeClock } from '../../support/fake-clock'
import { FakeShared } from '../../support/fake-shared-level'
import { memoryCache, settled, sharedCache } from './caches'
import { step, World, type Step } from './computing-model'

const OPTIONS = [
  { flow_s: 5 },
  { flow_s: 5, negative_s: 0 },
  { flow_s: 5, stale_s: 5, refresh_ahead_pct: 50, negative_s: 2 },
]
const RUNS = 60
/** By then every process knows what another has done. */
const TOLD_MS = 20

async function follow(world: World, steps: readonly (readonly Step[])[]): Promise<void> {
  for (const together of steps) {
    await Promise.all(together.map(async ({ run }) => run(world)))
    await settled()
    world.advance(TOLD_MS)
    await settled()
    world.check()
  }
  await world.stop()
}

const steps = (most: number) =>
  fc.array(fc.array(step, { minLength: 1, maxLength: most }), { maxLength: 40, size: 'max' })

describe('Whatever is asked, brought, failed, set and deleted in whatever order', () => {
  for (const options of OPTIONS) {
    it(`one has the turn, and each question gets one answer: ${JSON.stringify(options)}`, async () => {
      await fc.assert(
        fc.asyncProperty(steps(3), async (all) => {
          const { cache, clock } = memoryCache(options)
          await follow(new World([cache], clock), all)
        }),
        { numRuns: RUNS },
      )
    })

    it(`in two processes as well: ${JSON.stringify(options)}`, async () => {
      await fc.assert(
        fc.asyncProperty(steps(1), async (all) => {
          const clock = new FakeClock()
          const shared = new FakeShared(clock)
          const caches = [0, 1].map(() => sharedCache(shared, clock, options).cache)
          await settled()
          await follow(new World(caches, clock), all)
        }),
        { numRuns: RUNS },
      )
    })
  }
})
