import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
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
  START,
  takeAll,
  text,
  textOf,
  withFolder,
  withSpool,
} from './spool-support'

const BOUND = 128 * 1024
const DAY_MS = 86_400_000

function bytesIn(folder: string): number {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
  return logs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

describe('the bounds of the spool', function () {
  // Many real syncs, on machines that do other things as well.
  this.timeout(60_000)

  it('drop the oldest, a sixteenth at a time, and count each line', async () => {
    await withSpool(
      async (spool, folder) => {
        for (const from of range(0, 400)) {
          await spool.append(text(from * 10, 10), 10)
          assert.ok(bytesIn(folder) <= BOUND)
        }
        const { lines, dropped, fullness } = spool.status()
        assert.equal(lines + dropped, 4000)
        assert.ok(fullness > 0.9)
        const found = numbers(await takeAll(spool))
        assert.deepEqual(found, range(dropped, 4000))
        assert.equal(found.length, lines)
        assert.ok(lines * text(1000).length > BOUND * 0.85)
      },
      { durability: 'none', maximum_bytes: BOUND },
    )
  })

  it('hold for what an earlier run has left', async () => {
    await withFolder(async (folder) => {
      await reopened(folder, async (spool) => void (await spool.append(text(0, 4000), 4000)), {
        maximum_bytes: 2 ** 20,
      })
      await reopened(
        folder,
        async (spool) => {
          await spool.append(text(4000, 10), 10)
          assert.ok(bytesIn(folder) <= BOUND)
          const { dropped } = spool.status()
          assert.deepEqual(numbers(await takeAll(spool)), range(dropped, 4010))
        },
        { durability: 'none', maximum_bytes: BOUND },
      )
    })
  })

  it('leave alone what somebody has in hand', async () => {
    await withSpool(
      async (spool) => {
        await spool.append(text(0, 10), 10)
        const batch = (await spool.take({ lines: 1, bytes: 1 })) as SpoolBatch
        for (const from of range(1, 400)) await spool.append(text(from * 10, 10), 10)
        const { lines, dropped } = spool.status()
        assert.equal(lines + dropped, 4000)
        spool.giveBack()
        const found = numbers(await takeAll(spool))
        assert.deepEqual(found.slice(0, 10), numbers(textOf(batch)))
        assert.equal(found.length, lines)
        assert.equal(new Set(found).size, lines)
      },
      { durability: 'none', maximum_bytes: BOUND },
    )
  })

  it('give up first what is acknowledged and only kept to be sent again', async () => {
    const clock = new FakeClock()
    await withSpool(
      async (spool, folder) => {
        for (const from of range(0, 400)) {
          await spool.append(text(from * 10, 10), 10)
          const batch = await spool.take(ALL)
          spool.acknowledge(batch as SpoolBatch)
        }
        assert.ok(bytesIn(folder) <= BOUND)
        assert.equal(spool.status().dropped, 0)
        const again = spool.rewind(60_000)
        assert.ok(again > 500 && again < 4000)
        assert.deepEqual(numbers(await takeAll(spool)), range(4000 - again, 4000))
      },
      { clock, durability: 'none', maximum_bytes: BOUND, grace_ms: () => 60_000 },
    )
  })

  it('thin to the last reading of each device and minute, oldest first, and count what went', async () => {
    await withSpool(
      async (spool, folder) => {
        const total = 3000
        for (const from of range(0, total / 10)) {
          await spool.append(text(from * 10, 10, 'one') + text(from * 10, 10, 'two'), 20)
          assert.ok(bytesIn(folder) <= BOUND)
        }
        const { lines, dropped } = spool.status()
        assert.equal(lines + dropped, 2 * total)
        const kept = await takeAll(spool)
        assert.equal(numbers(kept).length, lines)
        for (const device of ['one', 'two']) {
          const own = kept.split(/(?<=\n)/).filter((line) => line.includes(`device_id=${device},`))
          const found = numbers(own.join(''))
          assert.deepEqual(
            found,
            [...new Set(found)].sort((a, b) => a - b),
          )
          // Nothing of the newest went, and each minute has its last reading, from the first on.
          assert.deepEqual(found.slice(-100), range(total - 100, total))
          const lasts = range(0, total / 60).map((minute) => minute * 60 + 59)
          assert.deepEqual(
            lasts.filter((last) => !found.includes(last)),
            [],
          )
        }
      },
      { durability: 'none', maximum_bytes: BOUND, when_full: 'thin' },
    )
  })

  it('drop the oldest once nothing can be thinned any more', async () => {
    await withSpool(
      async (spool, folder) => {
        // A reading a minute.
        for (const minute of range(0, 2500)) await spool.append(text(minute * 60), 1)
        assert.ok(bytesIn(folder) <= BOUND)
        const { lines, dropped } = spool.status()
        assert.equal(lines + dropped, 2500)
        assert.ok(lines * text(60_000).length > BOUND * 0.6)
        assert.deepEqual(
          numbers(await takeAll(spool)),
          range(dropped, 2500).map((minute) => minute * 60),
        )
      },
      { durability: 'none', maximum_bytes: BOUND, when_full: 'thin' },
    )
  })

  it('thin by the whole series, whatever spaces its tags hold', async () => {
    const line = (tag: string, second: number) => `m,room=${tag} v=1,w="a b" ${START + second * 1000}\n`
    const tags = ['a', 'a\\ b', 'a\\ c', 'a\\\\']
    await withSpool(
      async (spool) => {
        const minute = tags.flatMap((tag) => [line(tag, 1), line(tag, 2)])
        for (let repeat = 0; repeat < 1000; repeat++) await spool.append(minute.join(''), minute.length)
        const found = await takeAll(spool)
        const oldest = found.split(/(?<=\n)/).slice(0, 4)
        assert.deepEqual(
          oldest,
          tags.map((tag) => line(tag, 2)),
        )
      },
      { durability: 'none', maximum_bytes: BOUND, when_full: 'thin' },
    )
  })

  it('survive a restart between thinning and acknowledging', async () => {
    await withFolder(async (folder) => {
      const options = { durability: 'none', maximum_bytes: BOUND, when_full: 'thin' } as const
      let first: number[] = []
      let rest = 0
      await reopened(
        folder,
        async (spool) => {
          for (const from of range(0, 300)) await spool.append(text(from * 10, 10), 10)
          const batch = (await spool.take({ lines: 1, bytes: 1 })) as SpoolBatch
          spool.acknowledge(batch)
          first = numbers(textOf(batch))
          rest = spool.status().lines
        },
        options,
      )
      await reopened(
        folder,
        async (spool) => {
          for (const from of range(300, 400)) await spool.append(text(from * 10, 10), 10)
          const { dropped } = spool.status()
          const found = numbers(await takeAll(spool))
          assert.equal(found.length + dropped, rest + 1000)
          assert.ok((found[0] as number) > (first.at(-1) as number))
          assert.deepEqual(
            found,
            [...found].sort((a, b) => a - b),
          )
        },
        options,
      )
    })
  })

  it('drop whole segments where thinning fails', async () => {
    const files = new FaultyDisk()
    files.fail('rename', 'EIO', /\.log$/)
    await withSpool(
      async (spool, folder) => {
        for (const from of range(0, 300)) await spool.append(text(from * 10, 10), 10)
        assert.ok(bytesIn(folder) <= BOUND)
        const { dropped, code } = spool.status()
        assert.equal(code, undefined)
        assert.deepEqual(numbers(await takeAll(spool)), range(dropped, 3000))
        assert.deepEqual(
          readdirSync(folder).filter((name) => name.endsWith('.new')),
          [],
        )
      },
      { files, durability: 'none', maximum_bytes: BOUND, when_full: 'thin' },
    )
  })

  it('refuse what does not fit, all of a call or nothing, and take again when there is room', async () => {
    await withSpool(
      async (spool, folder) => {
        let accepted = 0
        const refused = await (async () => {
          for (;;) {
            try {
              await spool.append(text(accepted, 10), 10)
              accepted += 10
            } catch (error) {
              return error
            }
          }
        })()
        assert.ok(refused instanceof Error && 'code' in refused && 'details' in refused)
        assert.equal(refused.code, 'QUEUE_FULL')
        const { field, value, range: allowed } = refused.details as Record<string, unknown>
        assert.deepEqual([field, value], ['bytes', text(accepted, 10).length])
        assert.match(String(allowed), /^at most 131072 bytes/)
        assert.ok(bytesIn(folder) <= BOUND)
        assert.ok(spool.status().fullness > 0.98)
        assert.equal(spool.status().dropped, 0)
        assert.deepEqual(numbers(await takeAll(spool)), range(0, accepted))
        await spool.append(text(accepted, 10), 10)
        assert.deepEqual(numbers(await takeAll(spool)), range(accepted, accepted + 10))
      },
      { durability: 'none', maximum_bytes: BOUND, when_full: 'refuse' },
    )
  })

  it('count what waits for a slow disk too', async () => {
    let open = () => undefined as void
    const files = new FaultyDisk()
    files.gate = new Promise((resolve) => (open = resolve))
    await withSpool(
      async (spool) => {
        const results = range(0, 400).map((index) => spool.append(text(index * 10, 10), 10))
        const settled = Promise.allSettled(results)
        open()
        const accepted = (await settled).filter(({ status }) => status === 'fulfilled').length
        assert.ok(accepted > 100 && accepted < 300)
        assert.equal(spool.status().lines, accepted * 10)
        assert.deepEqual(numbers(await takeAll(spool)), range(0, accepted * 10))
      },
      { files, maximum_bytes: BOUND, when_full: 'refuse' },
    )
  })

  it('refuse a call that could never fit, whatever the policy', async () => {
    for (const when_full of ['thin', 'drop-oldest', 'refuse'] as const) {
      await withSpool(
        async (spool) => {
          await assert.rejects(spool.append(text(0, 3000), 3000), { code: 'QUEUE_FULL' })
          assert.equal(spool.status().lines, 0)
        },
        { durability: 'none', maximum_bytes: BOUND, when_full },
      )
    }
  })

  it('drop what is too old, and count it', async () => {
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        for (const day of range(0, 10)) {
          await spool.append(text(day * 10, 10), 10)
          clock.advance(DAY_MS)
          await pass(clock, 2)
        }
        await passUntil(clock, () => spool.status().dropped >= 80)
        const { lines, dropped, fullness } = spool.status()
        assert.equal(lines + dropped, 100)
        assert.deepEqual(numbers(await takeAll(spool)), range(dropped, 100))
        // Those of the first eight days, which began three days ago or earlier.
        assert.equal(dropped, 80)
        assert.ok(fullness > 0.6)
      },
      { clock, maximum_age_days: 3 },
    )
  })
})
