import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'mocha'
import { withFolder } from '../../support/database-samples'

interface Filled {
  readonly told: readonly boolean[]
  readonly entries: number
}

/** Fills the heap of a process that may have 128 MB; undefined where that ended it. In a folder of its own, for what it drops. */
async function fill(...how: string[]): Promise<Filled | undefined> {
  let said = ''
  await withFolder(async (cwd) => {
    const script = join(__dirname, 'heap-filler.js')
    const child = spawn(process.execPath, ['--max-old-space-size=128', script, ...how], {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    said = output
  })
  return said === '' ? undefined : (JSON.parse(said) as Filled)
}

describe('a process whose cache may be larger than its heap', function () {
  this.timeout(120_000)

  it('lives on when its heap is full, with a smaller cache', async () => {
    const filled = await fill('guarded')
    assert.ok(filled, 'it has ended')
    assert.deepEqual(filled.told, [true])
    assert.ok(filled.entries > 1000 && filled.entries < 12_000, `${filled.entries} entries`)
  })

  it('ends without a guard, which is what the guard is for', async () => {
    assert.equal(await fill(), undefined)
  })
})
