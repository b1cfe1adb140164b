import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CACHE_KINDS } from '../../../src/cache/cache-options'
import { keyOf } from '../../../src/cache/keys'
import { aReading } from '../../support/database-samples'
import { anyJson, anyName } from './any-json'
import { assertSame, type Subject } from './subject'

/** What is kept comes back. */
export function describeValues(subject: Subject): void {
  describe('keeping', () => {
    it('knows nothing of a key that nobody has set', async () => {
      assert.equal(await subject.level.get(subject.newName()), undefined)
    })

    it('gives back any value as JSON gives it', async () => {
      const key = subject.newName()
      await fc.assert(
        fc.asyncProperty(anyJson, async (value) => {
          const entry = subject.entry(value)
          await subject.level.set(key, entry)
          const found = await subject.level.get(key)
          assertSame(found, entry)
          assert.deepEqual(found.value, JSON.parse(JSON.stringify(value)))
        }),
      )
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    })

    it('takes keys and tags of any characters, and never one for another', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(anyName, { minLength: 2, maxLength: 5 }), async (names) => {
          const name = subject.newName()
          const entries = names.map((own) => [keyOf(name + own), subject.entry(own, { tags: [name + own] })] as const)
          await Promise.all(entries.map(([key, entry]) => subject.level.set(key, entry)))
          for (const [key, entry] of entries) assertSame(await subject.level.get(key), entry)
          assert.equal(await subject.level.deleteTagged(name + (names[0] as string)), 1)
          const left = await Promise.all(entries.map(([key]) => subject.level.get(key)))
          assert.deepEqual(
            left.map((entry) => entry !== undefined),
            names.map((_, index) => index > 0),
          )
        }),
        { numRuns: 40 },
      )
    })

    it('keeps the longest keys, many tags, and a large value', async () => {
      const name = subject.newName()
      const tags = Array.from({ length: 64 }, (_, index) => `${name}${index}`.padEnd(200, 'ü'))
      const entry = subject.entry({ text: 'x€'.repeat(50_000) }, { tags })
      const key = keyOf(name.padEnd(10_000, '🔌'))
      await subject.level.set(key, entry)
      assertSame(await subject.level.get(key), entry)
      assert.equal(await subject.level.deleteTagged(tags[63] as string), 1)
    })

    it('keeps readings', async () => {
      const [key, entry] = [subject.newName(), subject.entry(aReading({ power_w: 12.3 }), { kind: 'live' })]
      await subject.level.set(key, entry)
      assertSame(await subject.level.get(key), entry)
    })

    for (const kind of CACHE_KINDS) {
      it(`keeps that nobody could bring a value: ${kind}`, async () => {
        const failure = { code: 'REPLY_TIMEOUT', message: 'no answer "in time" \ud800' } as const
        const [key, entry] = [subject.newName(), subject.entry(null, { kind, failure })]
        await subject.level.set(key, entry)
        assertSame(await subject.level.get(key), entry)
      })
    }

    it('has the latest of what was set', async () => {
      const key = subject.newName()
      const entries = [1, 'two', { three: 3 }].map((value) => subject.entry(value))
      for (const entry of entries) await subject.level.set(key, entry)
      assertSame(await subject.level.get(key), entries[2] as (typeof entries)[0])
    })
  })
}
