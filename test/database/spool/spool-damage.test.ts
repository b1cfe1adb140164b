import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { FakeClock } from '../../support/fake-clock'
import { FaultyDisk, numbers, pass, range, reopened, takeAll, text, withFolder, withSpool } from './spool-support'

const FRAMES = 12
const LINES = 3
const CUT_EVERY = 13

/** A segment of frames of three lines each, and where each begins. */
async function segmentOf(folder: string): Promise<{ file: string; bytes: Buffer; begins: number[] }> {
  const begins: number[] = []
  await reopened(folder, async (spool) => {
    for (const frame of range(0, FRAMES)) {
      begins.push(spool.status().bytes)
      await spool.append(text(frame * LINES, LINES), LINES)
    }
  })
  const file = segments(folder)[0] as string
  return { file, bytes: readFileSync(file), begins }
}

function segments(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.log'))
  return names.sort().map((name) => join(folder, name))
}

function linesOf(frames: readonly number[]): number[] {
  return frames.flatMap((frame) => range(frame * LINES, (frame + 1) * LINES))
}

/** Wherever a frame begins, and one byte beside; elsewhere other ones in each run, so that many runs cut at all. */
function cutsOf(bytes: Buffer, begins: readonly number[]): readonly number[] {
  const edges = begins.flatMap((at) => [at - 1, at, at + 1]).filter((at) => at >= 0)
  const first = randomInt(CUT_EVERY)
  return [...edges, ...range(0, Math.ceil((bytes.length - first) / CUT_EVERY)).map((cut) => first + cut * CUT_EVERY)]
}

describe('a damaged spool', function () {
  // Many real syncs, on machines that do other things as well.
  this.timeout(60_000)

  it('cut off at any byte gives every frame before the cut, and goes on from there', async () => {
    await withFolder(async (folder) => {
      const { file, bytes, begins } = await segmentOf(folder)
      for (const length of cutsOf(bytes, begins)) {
        for (const old of segments(folder)) rmSync(old)
        rmSync(join(folder, 'acknowledged.json'), { force: true })
        writeFileSync(file, bytes.subarray(0, length))
        const whole = range(0, FRAMES).filter((frame) => (begins[frame + 1] ?? bytes.length) <= length)
        await reopened(folder, async (spool) => {
          assert.equal(spool.status().damaged_bytes, 0)
          assert.equal(spool.status().lines, whole.length * LINES)
          await spool.append(text(9000), 1)
          assert.deepEqual(numbers(await takeAll(spool, false)), [...linesOf(whole), 9000], `cut at ${length}`)
        })
        await reopened(folder, async (spool) => {
          assert.deepEqual(
            numbers(await takeAll(spool)),
            [...linesOf(whole), 9000],
            `restarted after a cut at ${length}`,
          )
        })
      }
    })
  })

  it('with zeros at its end, as a power cut leaves them, is cut to its last frame', async () => {
    await withFolder(async (folder) => {
      const { file, bytes } = await segmentOf(folder)
      appendFileSync(file, Buffer.alloc(4096))
      await reopened(folder, async (spool) => {
        assert.equal(spool.status().damaged_bytes, 0)
        assert.deepEqual(numbers(await takeAll(spool, false)), range(0, FRAMES * LINES))
      })
      assert.equal(statSync(file).size, bytes.length)
    })
  })

  it('gives no wrong line, and every frame that is whole, whatever bits were turned', async () => {
    await withFolder(async (folder) => {
      const { file, bytes, begins } = await segmentOf(folder)
      const flips = fc.array(fc.nat({ max: bytes.length * 8 - 1 }), { minLength: 1, maxLength: 6 })
      await fc.assert(
        fc.asyncProperty(flips, async (bits) => {
          const damaged = Buffer.from(bytes)
          for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
          for (const old of segments(folder)) rmSync(old)
          rmSync(join(folder, 'acknowledged.json'), { force: true })
          writeFileSync(file, damaged)
          const sound = range(0, FRAMES).filter((frame) => {
            const end = begins[frame + 1] ?? bytes.length
            return damaged.subarray(begins[frame], end).equals(bytes.subarray(begins[frame], end))
          })
          await reopened(folder, async (spool) => {
            assert.equal(spool.status().lines, sound.length * LINES)
            assert.deepEqual(numbers(await takeAll(spool)), linesOf(sound))
            // A turned bit in the last header can look like a frame that was cut short.
            const isLastSound = sound.at(-1) === FRAMES - 1
            if (sound.length < FRAMES && isLastSound) assert.ok(spool.status().damaged_bytes > 0)
          })
        }),
        { numRuns: 100 },
      )
    })
  })

  it('gives no wrong line whatever the file holds', async () => {
    await withFolder(async (folder) => {
      const { file, bytes } = await segmentOf(folder)
      const patch = fc.record({ at: fc.nat({ max: bytes.length }), junk: fc.uint8Array({ maxLength: 300 }) })
      await fc.assert(
        fc.asyncProperty(fc.array(patch, { maxLength: 4 }), async (patches) => {
          let damaged: Buffer = Buffer.from(bytes)
          for (const { at, junk } of patches) {
            damaged = Buffer.concat([damaged.subarray(0, at), junk, damaged.subarray(at + (junk.length % 50))])
          }
          for (const old of segments(folder)) rmSync(old)
          rmSync(join(folder, 'acknowledged.json'), { force: true })
          writeFileSync(file, damaged)
          await reopened(folder, async (spool) => {
            const found = numbers(await takeAll(spool))
            assert.deepEqual(
              found,
              [...new Set(found)].sort((a, b) => a - b),
            )
          })
        }),
        { numRuns: 100 },
      )
    })
  })

  it('counts what it finds damaged while it is in use, once, as lines that are dropped', async () => {
    await withSpool(async (spool, folder) => {
      for (const frame of range(0, FRAMES)) await spool.append(text(frame * LINES, LINES), LINES)
      const file = segments(folder)[0] as string
      const bytes = readFileSync(file)
      const frame = bytes.length / FRAMES
      const at = Math.floor(frame * 4.5)
      bytes[at] = (bytes[at] as number) ^ 1
      writeFileSync(file, bytes)
      await takeAll(spool, false)
      spool.giveBack()
      const found = numbers(await takeAll(spool))
      assert.equal(found.length, (FRAMES - 1) * LINES)
      assert.ok(spool.status().damaged_bytes >= frame - 10)
      assert.ok(spool.status().damaged_bytes <= frame + 10)
      assert.equal(spool.status().lines, 0)
      await spool.stop()
      assert.equal(spool.status().dropped, LINES)
    })
  })

  it('takes everything again where the note of what was acknowledged is lost or nonsense', async () => {
    for (const note of [undefined, '', 'null', '{"format":"kasa-monitor-spool","segment":-1,"offset":"x"}', '[]']) {
      await withFolder(async (folder) => {
        await reopened(folder, async (spool) => {
          await spool.append(text(0, 10), 10)
          await spool.append(text(10, 10), 10)
          const batch = await spool.take({ lines: 1, bytes: 1 })
          assert.ok(batch)
          spool.acknowledge(batch)
        })
        const file = join(folder, 'acknowledged.json')
        if (note === undefined) rmSync(file)
        else writeFileSync(file, note)
        await reopened(folder, async (spool) => assert.deepEqual(numbers(await takeAll(spool)), range(0, 20)))
      })
    }
  })

  it('never takes a new line for one that was acknowledged, though the note is old', async () => {
    await withFolder(async (folder) => {
      await reopened(folder, async (spool) => {
        await spool.append(text(0, 500), 500)
        await takeAll(spool)
      })
      const note = readFileSync(join(folder, 'acknowledged.json'))
      await reopened(folder, async (spool) => void (await spool.append(text(500, 20), 20)))
      writeFileSync(join(folder, 'acknowledged.json'), note)
      await reopened(folder, async (spool) => assert.deepEqual(numbers(await takeAll(spool)), range(500, 520)))
    })
  })

  it('leaves foreign files alone, and removes what a crash has left of its own', async () => {
    await withFolder(async (folder) => {
      for (const name of ['notes.txt', 'x.log', '0000000007.log.new', '0000000009.log'])
        writeFileSync(join(folder, name), 'x')
      await reopened(folder, async (spool) => {
        assert.deepEqual(readdirSync(folder).sort(), ['lock', 'notes.txt', 'x.log'])
        await spool.append(text(0), 1)
        assert.deepEqual(readdirSync(folder).sort()[0], '0000000010.log')
      })
    })
  })

  it('gives up a file that is gone, and counts its lines', async () => {
    const clock = new FakeClock()
    await withSpool(
      async (spool, folder) => {
        await spool.append(text(0, 400), 400)
        await spool.append(text(400, 400), 400)
        const [first] = segments(folder)
        rmSync(first as string)
        let found = ''
        for (let attempt = 0; attempt < 8; attempt++) {
          found += await takeAll(spool)
          await pass(clock, 1)
        }
        assert.deepEqual(numbers(found), range(400, 800))
        assert.equal(spool.status().lines, 0)
        assert.equal(spool.status().dropped, 400)
      },
      { clock, maximum_bytes: 800_000 },
    )
  })

  it('tries a disk that cannot be read again, and loses nothing once it can', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    let calls = 0
    await withSpool(
      async (spool) => {
        await spool.append(text(0, 10), 10)
        files.fail('read', 'EIO')
        assert.equal(await takeAll(spool), '')
        files.mend()
        calls = 0
        await pass(clock, 1)
        assert.ok(calls > 0)
        assert.deepEqual(numbers(await takeAll(spool)), range(0, 10))
        assert.equal(spool.status().dropped, 0)
      },
      { files, clock, onLines: () => calls++ },
    )
  })

  it('never gives up what it cannot open for now, such as while too many files are open', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        await spool.append(text(0, 10), 10)
        files.fail('open', 'EMFILE')
        for (let attempt = 0; attempt < 1000; attempt++) assert.equal(await takeAll(spool), '')
        files.mend()
        assert.deepEqual(numbers(await takeAll(spool)), range(0, 10))
        assert.deepEqual([spool.status().dropped, spool.status().damaged_bytes], [0, 0])
      },
      { files, clock },
    )
  })

  it('gives up what the disk cannot read for ten minutes, says so, and goes on behind it', async () => {
    const files = new FaultyDisk()
    const clock = new FakeClock()
    await withSpool(
      async (spool) => {
        await spool.append(text(0, 10), 10)
        files.fail('read', 'EIO')
        for (let attempt = 0; attempt < 599; attempt++) assert.equal(await takeAll(spool), '')
        assert.equal(spool.status().damaged_bytes, 0)
        assert.equal(await takeAll(spool), '')
        assert.ok(spool.status().damaged_bytes > 0)
        files.mend()
        await spool.append(text(10, 10), 10)
        assert.deepEqual(numbers(await takeAll(spool)), range(10, 20))
      },
      { files, clock },
    )
  })

  it('opens all the same where one of its files cannot be read, and says how much that is', async () => {
    await withFolder(async (folder) => {
      const { file, bytes } = await segmentOf(folder)
      await reopened(folder, async (spool) => void (await spool.append(text(500, 20), 20)))
      const files = new FaultyDisk()
      files.fail('read', 'EIO', /0*1\.log$/)
      await reopened(
        folder,
        async (spool) => {
          assert.equal(spool.status().damaged_bytes, bytes.length)
          assert.deepEqual(numbers(await takeAll(spool)), range(500, 520))
        },
        { files },
      )
      assert.equal(statSync(file).size, bytes.length)
    })
  })

  it('is whole again for a run that follows: damage at its end is cut off', async () => {
    await withFolder(async (folder) => {
      const { file, bytes } = await segmentOf(folder)
      truncateSync(file, bytes.length - 1)
      appendFileSync(file, 'something that is no frame at all, and quite long')
      await reopened(folder, async (spool) => assert.ok(spool.status().lines === (FRAMES - 1) * LINES))
      await reopened(folder, async (spool) => assert.equal(spool.status().damaged_bytes, 0))
    })
  })
})
