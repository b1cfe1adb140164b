import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { SpoolBatch } from '../../../src/database/spool/spool'
import { FakeClock } from '../../support/fake-clock'
import {
  ALL,
  FaultyDisk,
  numbers,
  pass,
  passUntil,
  range,
  reopened,
  spoolIn,
  takeAll,
  text,
  textOf,
  until,
  withFolder,
  withSpool,
} from './spool-support'

/** Whether it has settled by now, and how. */
function watch(promise: Promise<void>): { state: 'waiting' | 'kept' | 'refused' } {
  const seen: { state: 'waiting' | 'kept' | 'refused' } = { state: 'waiting' }
  promise.then(
    () => (seen.state = 'kept'),
    () => (seen.state = 'refused'),
  )
  return seen
}

describe('the spool on a disk that fails', function () {
  // Many real syncs, on machines that do other things as well.
  this.timeout(60_000)

  const codes = [
    ['ENOSPC', 'DATABASE_FULL'],
    ['EDQUOT', 'DATABASE_FULL'],
    ['EIO', 'DATABASE_UNAVAILABLE'],
    ['EROFS', 'DATABASE_UNAVAILABLE'],
    ['EACCES', 'DATABASE_UNAVAILABLE'],
  ] as const
  const operations = ['open', 'write', 'datasync'] as const
  for (const [code, shown] of codes) {
    it(`carries on in memory after ${code}, says so once, and writes everything when it passes`, async () => {
      for (const operation of operations) {
        const files = new FaultyDisk()
        const clock = new FakeClock()
        const changes: (string | undefined)[] = []
        await withFolder(async (folder) => {
          const spool = spoolIn(folder, { files, clock, onChange: () => changes.push(spool.status().code) })
          await spool.start()
          if (operation !== 'open') await spool.append(text(0, 10), 10)
          const before = operation === 'open' ? 0 : 10
          files.fail(operation, code)
          const appends = range(0, 5).map((index) => watch(spool.append(text(before + index * 10, 10), 10)))
          await until(() => changes.length > 0)
          await pass(clock, 12)
          assert.deepEqual(changes, [shown], operation)
          assert.equal(spool.status().lines, before + 50)
          assert.ok(spool.status().message?.includes(folder))
          assert.ok(spool.status().message?.includes(code))
          assert.deepEqual(new Set(appends.map(({ state }) => state)), new Set(['waiting']))
          files.mend()
          await passUntil(clock, () => appends.every(({ state }) => state === 'kept'))
          assert.deepEqual(changes, [shown, undefined])
          assert.deepEqual(numbers(await takeAll(spool, false)), range(0, before + 50))
          await spool.stop()
          await reopened(folder, async (next) => {
            assert.equal(next.status().damaged_bytes, 0)
            assert.deepEqual(numbers(await takeAll(next)), range(0, before + 50))
          })
        })
      }
    })
  }

  it('gives what is in memory after what is on disk, and an append resolves when that is acknowledged', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        await spool.append(text(0, 10), 10)
        files.fail('write', 'ENOSPC')
        const appends = range(1, 4).map((index) => watch(spool.append(text(index * 10, 10), 10)))
        await until(() => spool.status().code !== undefined)
        const batches: SpoolBatch[] = []
        for (let batch = await spool.take({ lines: 10, bytes: 10_000 }); batch;) {
          batches.push(batch)
          batch = await spool.take({ lines: 10, bytes: 10_000 })
        }
        assert.deepEqual(numbers(batches.map(textOf).join('')), range(0, 40))
        assert.equal(await spool.take(ALL), undefined)
        spool.acknowledge(batches[2] as SpoolBatch)
        await until(() => appends[1]?.state === 'kept')
        assert.deepEqual(
          appends.map(({ state }) => state),
          ['waiting', 'kept', 'waiting'],
        )
        spool.giveBack()
        assert.deepEqual(numbers(await takeAll(spool)), [...range(0, 20), ...range(30, 40)])
        await until(() => appends.every(({ state }) => state === 'kept'))
        assert.equal(spool.status().lines, 0)
        // Nothing waits; the next append finds that the disk is well.
        files.mend()
        await pass(clock, 6)
        await spool.append(text(40, 10), 10)
        assert.equal(spool.status().code, undefined)
        assert.deepEqual(numbers(await takeAll(spool)), range(40, 50))
      },
      { files, clock },
    )
  })

  it('says that there is something to take while it carries on in memory', async () => {
    const files = new FaultyDisk()
    let calls = 0
    await withSpool(
      async (spool) => {
        files.fail('open', 'EROFS')
        watch(spool.append(text(0), 1))
        await until(() => spool.status().code !== undefined)
        calls = 0
        watch(spool.append(text(1), 1))
        assert.equal(calls, 1)
        assert.deepEqual(numbers(await takeAll(spool)), [0, 1])
      },
      { files, onLines: () => calls++ },
    )
  })

  it('keeps order where the disk recovers while a batch from memory is in hand', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        files.fail('write', 'EIO')
        const first = watch(spool.append(text(0, 10), 10))
        await until(() => spool.status().code !== undefined)
        const batch = (await spool.take(ALL)) as SpoolBatch
        assert.equal(batch.count, 10)
        files.mend()
        await passUntil(clock, () => first.state === 'kept')
        await spool.append(text(10, 10), 10)
        spool.acknowledge(batch)
        assert.deepEqual(numbers(await takeAll(spool)), range(0, 20))
        assert.equal(spool.status().lines, 0)
      },
      { files, clock },
    )
  })

  it('counts once what was acknowledged while it was being written in vain', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        files.fail('write', 'EIO')
        const append = watch(spool.append(text(0, 10), 10))
        await until(() => spool.status().code !== undefined)
        const batch = (await spool.take(ALL)) as SpoolBatch
        clock.advance(5000)
        spool.acknowledge(batch)
        await until(() => append.state === 'kept')
        assert.equal(spool.status().lines, 0)
        assert.equal(await spool.take(ALL), undefined)
      },
      { files, clock },
    )
  })

  it('refuses what does not fit in memory, and keeps what did', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        files.fail('write', 'ENOSPC')
        const appends = [watch(spool.append(text(0, 1000), 1000))]
        await until(() => spool.status().code === 'DATABASE_FULL')
        for (const index of range(1, 20)) appends.push(watch(spool.append(text(index * 1000, 1000), 1000)))
        await assert.rejects(spool.append(text(20_000), 1), (error: Error & { code?: string; details?: object }) => {
          assert.equal(error.code, 'QUEUE_FULL')
          assert.match(error.message, /20000 lines/)
          assert.deepEqual(Object.keys(error.details ?? {}), ['field', 'value', 'range'])
          return true
        })
        assert.equal(spool.status().lines, 20_000)
        files.mend()
        await passUntil(clock, () => appends.every(({ state }) => state === 'kept'))
        assert.deepEqual(numbers(await takeAll(spool)), range(0, 20_000))
      },
      { files, clock },
    )
  })

  it('refuses on closing what never came to disk, and tries once more before', async () => {
    for (const isMended of [true, false]) {
      await withFolder(async (folder) => {
        const files = new FaultyDisk()
        const spool = spoolIn(folder, { files })
        await spool.start()
        files.fail('datasync', 'EIO')
        const append = spool.append(text(0, 10), 10)
        await until(() => spool.status().code !== undefined)
        if (isMended) files.mend()
        const stopped = spool.stop()
        if (isMended) await append
        else await assert.rejects(append, { code: 'CLOSED' })
        await stopped
      })
    }
  })

  it('goes on where the note of what was acknowledged cannot be saved', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool, folder) => {
        files.fail('open', 'ENOSPC', /acknowledged/)
        await spool.append(text(0, 10), 10)
        await takeAll(spool)
        await pass(clock, 30)
        assert.equal(spool.status().code, undefined)
        assert.ok(!readdirSync(folder).includes('acknowledged.json'))
        files.mend()
        await passUntil(clock, () => readdirSync(folder).includes('acknowledged.json'))
      },
      { files, clock },
    )
  })

  it('starts on a disk that is full, so that what it holds can be sent and make room', async () => {
    await withFolder(async (folder) => {
      await reopened(folder, async (spool) => void (await spool.append(text(0, 10), 10)))
      const files = new FaultyDisk()
      files.fail('write', 'ENOSPC', /./)
      await reopened(
        folder,
        async (spool) => {
          await assert.rejects(spoolIn(folder).start(), { code: 'SPOOL_LOCKED' })
          assert.deepEqual(numbers(await takeAll(spool)), range(0, 10))
        },
        { files },
      )
    })
  })

  it('says which folder cannot be used', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'file')
      writeFileSync(file, '')
      await assert.rejects(spoolIn(join(file, 'spool')).start(), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'DATABASE_UNAVAILABLE')
        return error.message.includes(file)
      })
    })
  })

  it('fills a real disk, carries on, and recovers when room is made', async function () {
    const clock = new FakeClock()
    await withFolder(async (folder) => {
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
      } catch {
        console.log('      not run: a small disk cannot be mounted here')
        return this.skip()
      }
      try {
        writeFileSync(join(folder, 'ballast'), Buffer.alloc(512 * 1024))
        const spool = spoolIn(join(folder, 'spool'), { clock })
        await spool.start()
        let kept = 0
        let count = 0
        while (spool.status().code === undefined) {
          spool.append(text(count * 100, 100), 100).then(
            () => kept++,
            () => assert.fail('an append was refused'),
          )
          count++
          const waiting = count
          await until(() => kept === waiting || spool.status().code !== undefined)
        }
        assert.equal(spool.status().code, 'DATABASE_FULL')
        assert.equal(kept, count - 1)
        rmSync(join(folder, 'ballast'))
        await passUntil(clock, () => kept === count)
        assert.equal(spool.status().code, undefined)
        assert.deepEqual(numbers(await takeAll(spool)), range(0, count * 100))
        await spool.stop()
      } finally {
        execFileSync('umount', [folder])
      }
    })
  })
})
