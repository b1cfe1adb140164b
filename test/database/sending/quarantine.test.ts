import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Quarantine } from '../../../src/database/sending/quarantine'
import { FakeClock } from '../../support/fake-clock'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('the quarantine', () => {
  let parent = ''
  let folder = ''
  let clock = new FakeClock()

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'quarantine-'))
    folder = join(parent, 'quarantine')
    clock = new FakeClock(Date.UTC(2026, 0, 5, 22))
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  const open = (maximum_bytes?: number) => new Quarantine(folder, clock, maximum_bytes)
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  const add = (quarantine: Quarantine, line: string, reason = 'no') => quarantine.add(line, { index: 0, reason })

  it('keeps each line under the time and the words of the store, in a file a day', async () => {
    const quarantine = open()
    await Promise.all([add(quarantine, 'a v=1', 'type conflict\n\u2028here'), add(quarantine, 'b v=2')])
    clock.advance(2 * HOUR_MS)
    await add(quarantine, 'c v=3')
    assert.equal(
      await read('2026-01-05.lp'),
      '# 2026-01-05T22:00:00.000Z, type conflict here\na v=1\n# 2026-01-05T22:00:00.000Z, no\nb v=2\n',
    )
    assert.equal(await read('2026-01-06.lp'), '# 2026-01-06T00:00:00.000Z, no\nc v=3\n')
    assert.equal(quarantine.lines, 3)
  })

  it('counts lines that are older than the store keeps apart, and does not keep them', async () => {
    const quarantine = open()
    await quarantine.add('a v=1', { index: 0, reason: 'beyond retention policy', expired: true })
    assert.deepEqual([quarantine.lines, quarantine.expired], [0, 1])
    assert.deepEqual(await readdir(parent), [])
    assert.equal(quarantine.reason, undefined)
  })

  it('stays below its bound: older days go first, then lines are only counted', async () => {
    const quarantine = open(500)
    await mkdir(folder)
    await writeFile(join(folder, '2026-01-01.lp'), 'x'.repeat(200))
    await writeFile(join(folder, '2026-01-02.lp'), 'x'.repeat(200))
    await writeFile(join(folder, 'notes.txt'), 'not ours'.repeat(1000))
    await add(quarantine, 'a'.repeat(200))
    assert.deepEqual(await readdir(folder), ['2026-01-02.lp', '2026-01-05.lp', 'notes.txt'])
    await add(quarantine, 'b'.repeat(200))
    assert.deepEqual(await readdir(folder), ['2026-01-05.lp', 'notes.txt'])
    await Promise.all([add(quarantine, 'c'.repeat(400)), add(quarantine, 'd')])
    assert.doesNotMatch(await read('2026-01-05.lp'), /[cd]{2}/)
    assert.equal(quarantine.lines, 4)
    clock.advance(DAY_MS)
    await add(quarantine, 'e')
    assert.match(await read('2026-01-06.lp'), /\ne\n$/)
  })

  it('counts a line though the disk does not take it', async () => {
    await writeFile(folder, 'a file where the folder should be')
    const quarantine = open()
    await add(quarantine, 'a v=1')
    await rm(folder)
    await add(quarantine, 'b v=2')
    assert.equal(quarantine.lines, 2)
    assert.match(await read('2026-01-05.lp'), /\nb v=2\n$/)
  })

  it('keeps lines in the order in which they came, however many come at once', async () => {
    const quarantine = open()
    const lines = Array.from({ length: 2000 }, (_, index) => `a v=${index}`)
    await Promise.all(lines.map((line) => add(quarantine, line)))
    const kept = (await read('2026-01-05.lp')).split('\n').filter((line) => line.startsWith('a '))
    assert.deepEqual(kept, lines)
  })

  it('tells the words of the store about the newest line', async () => {
    const quarantine = open()
    assert.equal(quarantine.reason, undefined)
    await add(quarantine, 'a', 'type conflict')
    await add(quarantine, 'b', 'invalid\nnumber')
    assert.equal(quarantine.reason, 'invalid number')
  })
})
