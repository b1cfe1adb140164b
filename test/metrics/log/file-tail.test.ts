import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { linesFromEnd } from '../../../src/metrics/log/file-tail'

const PLENTY = 1_000_000_000

describe('The end of a file', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-tail-'))
    path = join(folder, 'log')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const take = async (count: number, allowance = { bytes: PLENTY }) => {
    const lines: string[] = []
    for await (const line of linesFromEnd(path, allowance)) {
      if (line !== '') lines.push(line)
      if (lines.length === count) break
    }
    return lines
  }

  it('is found in a file of 100 MB by reading some kilobytes of it', async () => {
    writeFileSync(path, '')
    truncateSync(path, 100_000_000)
    appendFileSync(path, `\n${Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('')}`)
    const allowance = { bytes: PLENTY }
    assert.deepEqual(await take(3, allowance), ['line 999', 'line 998', 'line 997'])
    assert.ok(PLENTY - allowance.bytes <= 65_536, `${PLENTY - allowance.bytes} bytes were read`)
  })

  it('has every line in order, however long, in whatever alphabet', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '"'), maxLength: 10 })
    const line = fc.tuple(text, fc.integer({ min: 1, max: 1000 })).map(([part, times]) => `x${part}`.repeat(times))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.boolean(), async (lines, isWhole) => {
        writeFileSync(path, lines.join('\n') + (isWhole ? '\n' : ''))
        // Without a difference of their texts: it would fill pages.
        assert.ok(isDeepStrictEqual(await take(Infinity), lines.toReversed()))
      }),
      { numRuns: 30 },
    )
  })

  it('is read no further than is allowed', async () => {
    writeFileSync(path, 'line\n'.repeat(200_000))
    const allowance = { bytes: 100_000 }
    const lines = await take(Infinity, allowance)
    assert.equal(lines.length, Math.floor((2 * 65_536) / 5))
    assert.ok(allowance.bytes <= 0)
  })

  it('is nothing where there is no file', async () => {
    assert.deepEqual(await take(1), [])
  })
})
