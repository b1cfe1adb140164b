import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'mocha'
import { numbers, range, reopened, spoolIn, takeAll, text, withFolder } from './spool-support'

const KILLS = 20

function child(folder: string, first?: number): ChildProcess {
  const file = join(__dirname, 'appending-child.js')
  return spawn(process.execPath, [file, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout)
  const [chunk] = (await once(stdout, 'data')) as [Buffer]
  return chunk.toString().split('\n')[0] as string
}

async function kill(process: ChildProcess): Promise<void> {
  const ended = once(process, 'exit')
  process.kill('SIGKILL')
  await ended
}

describe('the spool and other processes', function () {
  // Many real syncs, on machines that do other things as well.
  this.timeout(60_000)

  it('refuses a second one while the first lives, and takes over when it was killed', async () => {
    await withFolder(async (folder) => {
      const first = child(folder)
      try {
        assert.equal(await firstLine(first), 'started')
        await assert.rejects(spoolIn(folder).start(), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'SPOOL_LOCKED')
          return error.message.includes(String(first.pid)) && error.message.includes(folder)
        })
        const second = child(folder)
        assert.equal(await firstLine(second), 'SPOOL_LOCKED')
      } finally {
        await kill(first)
      }
      await reopened(folder, async (spool) => spool.append(text(0), 1))
    })
  })

  it('refuses a second one in the same process', async () => {
    await withFolder(async (folder) => {
      await reopened(folder, async () => {
        const second = spoolIn(folder)
        await assert.rejects(second.start(), { code: 'SPOOL_LOCKED' })
        await second.stop()
        await assert.rejects(spoolIn(folder).start(), { code: 'SPOOL_LOCKED' })
      })
      await reopened(folder, async () => undefined)
    })
  })

  it('lets one alone of several that start at once take over a dead lock', async () => {
    await withFolder(async (folder) => {
      for (const _ of range(0, 10)) {
        writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), process: 'gone/1' }))
        const spools = range(0, 5).map(() => spoolIn(folder))
        const results = await Promise.allSettled(spools.map((spool) => spool.start()))
        assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
        for (const spool of spools) await spool.stop()
      }
    })
  })

  it('waits a moment where another was killed before it had told its name', async () => {
    await withFolder(async (folder) => {
      const lock = join(folder, 'lock')
      writeFileSync(lock, '')
      await assert.rejects(spoolIn(folder).start(), { code: 'SPOOL_LOCKED' })
      const moments_ago = Date.now() / 1000 - 6
      utimesSync(lock, moments_ago, moments_ago)
      await reopened(folder, async () => undefined)
    })
  })

  it('waits a moment where another takes over, and goes on where that was killed doing so', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), process: 'gone/1' }))
      const takeover = join(folder, 'lock.takeover')
      writeFileSync(takeover, '')
      await assert.rejects(spoolIn(folder).start(), { code: 'SPOOL_LOCKED' })
      const moments_ago = Date.now() / 1000 - 6
      utimesSync(takeover, moments_ago, moments_ago)
      await reopened(folder, async () => undefined)
    })
  })

  it('takes over from a dead process whose number lives on, as numbers do in containers', async () => {
    if (process.platform !== 'linux') return console.log('      not run: only Linux tells when a process began')
    await withFolder(async (folder) => {
      for (const pid of [process.pid, 1]) {
        writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, host: hostname(), process: 'an-earlier-boot/123' }))
        await reopened(folder, async () => undefined)
      }
    })
  })

  it('respects another host, or one that cannot be told, while it shows signs of life', async () => {
    await withFolder(async (folder) => {
      const lock = join(folder, 'lock')
      for (const content of [JSON.stringify({ pid: 1, host: 'elsewhere' }), '', 'null', '{"pid":-1}']) {
        writeFileSync(lock, content)
        await assert.rejects(spoolIn(folder).start(), { code: 'SPOOL_LOCKED' })
        assert.equal(readFileSync(lock, 'utf8'), content)
        const long_ago = Date.now() / 1000 - 120
        utimesSync(lock, long_ago, long_ago)
        await reopened(folder, async () => undefined)
      }
    })
  })

  it(`has everything that it said it had after ${KILLS} times kill -9`, async () => {
    await withFolder(async (folder) => {
      const safe = new Set<number>()
      const sent = new Set<number>()
      let next = 0
      for (const round of range(0, KILLS)) {
        const appending = child(folder, next)
        assert.ok(appending.stdout)
        const ended = once(appending, 'exit')
        let seen = 0
        // Somewhere in the middle of something, each time elsewhere.
        const enough = 5 + ((round * 37) % 101)
        for await (const line of createInterface(appending.stdout)) {
          const [begin, count] = line.split(' ') as [string, string]
          if (begin === 'sent') for (const number of numbers(Buffer.from(count, 'base64').toString())) sent.add(number)
          else if (begin !== 'started') {
            for (const number of range(Number(begin), Number(begin) + Number(count))) safe.add(number)
            next = Math.max(next, Number(begin) + 100)
          }
          if (++seen === enough) appending.kill('SIGKILL')
        }
        await ended
      }
      await reopened(
        folder,
        async (spool) => {
          const found = numbers(await takeAll(spool))
          const everything = new Set([...found, ...sent])
          assert.ok(safe.size > KILLS * 10)
          assert.deepEqual(
            [...safe].filter((number) => !everything.has(number)),
            [],
          )
          assert.equal(new Set(found).size, found.length)
          assert.deepEqual(
            found,
            [...found].sort((a, b) => a - b),
          )
          assert.deepEqual([spool.status().damaged_bytes, spool.status().dropped], [0, 0])
        },
        { maximum_bytes: 16 * 1024 * 1024 },
      )
    })
  })
})
