import assert from 'node:assert/strict'
import { cpSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { SpoolBatch } from '../../../src/database/spool/spool'
import { FakeClock } from '../../support/fake-clock'
import {
  ALL,
  FaultyDisk,
  numbers,
  pass,
  range,
  reopened,
  spoolIn,
  START,
  takeAll,
  text,
  textOf,
  until,
  withFolder,
  withSpool,
} from './spool-support'

const TEN = { lines: 10, bytes: ALL.bytes }

describe('the spool', function () {
  // Many real syncs, on machines that do other things as well.
  this.timeout(60_000)

  it('gives back what was appended, in order, in whatever portions it came and goes, through restarts', async () => {
    const portions = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 })
    const limit = fc.record({ lines: fc.integer({ min: 1, max: 5000 }), bytes: fc.integer({ min: 1, max: 500_000 }) })
    await fc.assert(
      fc.asyncProperty(portions, limit, fc.boolean(), fc.boolean(), async (counts, most, isAtOnce, isRestarted) => {
        const total = counts.reduce((sum, count) => sum + count, 0)
        await withFolder(async (folder) => {
          const options = { maximum_bytes: 4 * 1024 * 1024 }
          const append = async (spool: ReturnType<typeof spoolIn>) => {
            const appends: Promise<void>[] = []
            let from = 0
            for (const count of counts) {
              appends.push(spool.append(text(from, count), count))
              if (!isAtOnce) await appends.at(-1)
              from += count
            }
            await Promise.all(appends)
            assert.equal(spool.status().lines, total)
            if (!isRestarted) assert.deepEqual(numbers(await takeAll(spool, true, most)), range(0, total))
          }
          await reopened(folder, append, options)
          await reopened(
            folder,
            async (spool) => {
              assert.equal(spool.status().lines, isRestarted ? total : 0)
              const found = numbers(await takeAll(spool, true, most))
              assert.deepEqual(found, isRestarted ? range(0, total) : [])
              assert.equal(spool.status().lines, 0)
            },
            options,
          )
        })
      }),
      { numRuns: 25 },
    )
  })

  it('keeps every character as it is', async () => {
    const line = 'reading,device_id=a\\ b,model=ü alias="Kaffee ☕ 🫖",v=1 1\n'
    await withSpool(async (spool) => {
      await spool.append(line, 1)
      await spool.append(line.repeat(2500), 2500)
      assert.equal(await takeAll(spool), line.repeat(2501))
    })
  })

  it('lets what is appended at once share a frame, and one sync', async () => {
    const files = new FaultyDisk()
    await withSpool(
      async (spool) => {
        await Promise.all(range(0, 500).map((index) => spool.append(text(index), 1)))
        assert.equal(files.done.filter(({ operation }) => operation === 'datasync').length, 1)
        assert.deepEqual(numbers(textOf(await spool.take(TEN))), range(0, 500))
      },
      { files },
    )
  })

  it('syncs each frame before it says so, or within a second, or never, as was chosen', async () => {
    for (const [durability, at_once, later] of [
      ['each', 1, 1],
      ['1s', 0, 1],
      ['none', 0, 0],
    ] as const) {
      const files = new FaultyDisk()
      const clock = new FakeClock()
      await withSpool(
        async (spool) => {
          const syncs = () => files.done.filter(({ operation, path }) => operation === 'datasync' && /log$/.test(path))
          await spool.append(text(0), 1)
          assert.equal(syncs().length, at_once, durability)
          await pass(clock, 1)
          if (later > at_once) await until(() => syncs().length > at_once)
          assert.equal(syncs().length, later, durability)
        },
        { files, clock, durability },
      )
    }
  })

  it('forgets what was acknowledged, in any order, and keeps the rest through a restart', async () => {
    await withFolder(async (folder) => {
      await reopened(folder, async (spool) => {
        for (const from of range(0, 5)) await spool.append(text(from * 10, 10), 10)
        const batches: SpoolBatch[] = []
        for (let batch = await spool.take(TEN); batch; batch = await spool.take(TEN)) batches.push(batch)
        assert.equal(batches.length, 5)
        for (const index of [1, 3, 0]) spool.acknowledge(batches[index] as SpoolBatch)
        assert.equal(spool.status().lines, 20)
        spool.giveBack()
        assert.deepEqual(numbers(await takeAll(spool, false)), [...range(20, 30), ...range(40, 50)])
      })
      await reopened(folder, async (spool) => {
        // What was acknowledged behind a gap is taken once more.
        assert.deepEqual(numbers(await takeAll(spool)), range(20, 50))
      })
    })
  })

  it('gives back, from the oldest, what was taken and not acknowledged', async () => {
    await withSpool(async (spool) => {
      for (const from of range(0, 4)) await spool.append(text(from * 10, 10), 10)
      const first = await spool.take(TEN)
      const second = await spool.take(TEN)
      assert.ok(first && second)
      spool.acknowledge(first)
      spool.giveBack()
      // Too late: it will be taken again, and counts then.
      spool.acknowledge(second)
      spool.acknowledge(second)
      assert.equal(spool.status().lines, 30)
      assert.deepEqual(numbers(await takeAll(spool)), range(10, 40))
      assert.equal(spool.status().lines, 0)
    })
  })

  it('lets nothing be taken twice when it is given back while a batch is being read', async () => {
    await withSpool(async (spool) => {
      for (const from of range(0, 3)) await spool.append(text(from * 10, 10), 10)
      await spool.take(TEN)
      const taking = spool.take(TEN)
      spool.giveBack()
      assert.deepEqual(numbers(textOf(await taking)), range(0, 10))
      assert.deepEqual(numbers(await takeAll(spool)), range(10, 30))
    })
  })

  it('takes again what was acknowledged within the grace', async () => {
    const clock = new FakeClock()
    const options = { clock, grace_ms: () => 60_000, maximum_bytes: 64 * 1024 }
    await withSpool(async (spool, folder) => {
      for (const from of range(0, 6)) {
        await spool.append(text(from * 40, 40), 40)
        const batch = await spool.take(ALL)
        spool.acknowledge(batch as SpoolBatch)
        await pass(clock, 20)
      }
      assert.equal(spool.status().lines, 0)
      assert.equal(spool.rewind(50_000), 80)
      assert.equal(spool.status().lines, 80)
      assert.deepEqual(numbers(await takeAll(spool)), range(160, 240))
      assert.equal(spool.rewind(0), 0)
      await pass(clock, 62)
      assert.equal(spool.rewind(3_600_000), 0)
      assert.equal(readdirSync(folder).filter((name) => name.endsWith('.log')).length, 1)
    }, options)
  })

  it('saves how far it was acknowledged every second, so that a crash repeats little', async () => {
    const clock = new FakeClock()
    await withSpool(
      async (spool, folder) => {
        await spool.append(text(0, 30), 30)
        await spool.append(text(30, 30), 30)
        spool.acknowledge((await spool.take(TEN)) as SpoolBatch)
        await pass(clock, 1)
        await withFolder(async (copy) => {
          for (const name of readdirSync(folder)) if (name !== 'lock') cpSync(join(folder, name), join(copy, name))
          await reopened(copy, async (crashed) => assert.deepEqual(numbers(await takeAll(crashed)), range(30, 60)))
        })
      },
      { clock },
    )
  })

  it('tells how much waits, and since when', async () => {
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        assert.deepEqual(spool.status(), { lines: 0, bytes: 0, fullness: 0, dropped: 0, damaged_bytes: 0 })
        const began = clock.now()
        for (const from of range(0, 5)) {
          await spool.append(text(from), 1)
          clock.advance(7 * 60_000)
        }
        assert.equal(spool.status().oldest, began)
        const batch = await spool.take({ lines: 2, bytes: 1000 })
        assert.equal(batch?.count, 2)
        assert.equal(batch?.accepted_at, began)
        spool.acknowledge(batch)
        assert.equal(spool.status().oldest, began + 2 * 7 * 60_000)
        assert.equal(spool.status().lines, 3)
        await takeAll(spool)
        assert.equal(spool.status().oldest, undefined)
        assert.equal(spool.status().fullness, 0)
      },
      { clock },
    )
  })

  it('says that there is something to take', async () => {
    let calls = 0
    await withSpool(
      async (spool) => {
        await spool.append(text(0), 1)
        assert.ok(calls > 0)
      },
      { onLines: () => calls++ },
    )
  })

  it('leaves an empty folder, and no file open, once all is acknowledged', async () => {
    await withSpool(async (spool, folder) => {
      await spool.append(text(0, 5000), 5000)
      await takeAll(spool)
      await spool.stop()
      assert.deepEqual(readdirSync(folder), ['acknowledged.json'])
      if (process.platform !== 'linux') return console.log('      open files were not looked at: no /proc here')
      assert.deepEqual(openFiles(folder), [])
    })
  })

  it('may be stopped twice, before it was started too, and takes nothing afterwards', async () => {
    await withFolder(async (folder) => {
      await spoolIn(folder).stop()
      const spool = spoolIn(folder)
      await spool.start()
      await Promise.all([spool.stop(), spool.stop()])
      await spool.stop()
      await assert.rejects(spool.append(text(0), 1), { code: 'CLOSED' })
      await assert.rejects(spool.start(), { code: 'CLOSED' })
      assert.equal(await spool.take(ALL), undefined)
    })
  })

  it('leaves nothing behind when it is stopped while it starts', async () => {
    await withFolder(async (folder) => {
      const clock = new FakeClock()
      const spool = spoolIn(folder, { clock })
      const starting = spool.start()
      await spool.stop()
      await starting
      assert.equal(clock.pending, 0)
      assert.deepEqual(readdirSync(folder), [])
    })
  })

  it('brings to disk what was appended before it was stopped', async () => {
    await withFolder(async (folder) => {
      const spool = spoolIn(folder)
      await spool.start()
      const appends = range(0, 20).map((index) => spool.append(text(index * 100, 100), 100))
      await spool.stop()
      await Promise.all(appends)
      await reopened(folder, async (next) => assert.deepEqual(numbers(await takeAll(next)), range(0, 2000)))
    })
  })

  it('keeps order and loses nothing when the clock steps back an hour', async () => {
    const clock = new FakeClock(START)
    await withFolder(async (folder) => {
      await reopened(
        folder,
        async (spool) => {
          await spool.append(text(0, 10), 10)
          clock.jump(-3_600_000)
          await spool.append(text(10, 10), 10)
          await pass(clock, 5)
          assert.equal(spool.status().oldest, START)
        },
        { clock },
      )
      clock.jump(-3_600_000)
      await reopened(folder, async (spool) => assert.deepEqual(numbers(await takeAll(spool)), range(0, 20)), { clock })
    })
  })
})

function openFiles(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}
