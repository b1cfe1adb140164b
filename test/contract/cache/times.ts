import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { assertSame, type Subject } from './subject'

const SHORT_MS = 100
const LONG_MS = 600_000
/** Where times are kept in whole milliseconds. */
const ROUNDING_MS = 2

/** How long it is kept. */
export function describeTimes(subject: Subject): void {
  const now = (): number => subject.time.clock.monotonic()

  describe('times', () => {
    it('knows when a value was brought, and when it ends', async () => {
      const key = subject.newName()
      const entry = subject.entry(1, { stored_ms: now() - 1000, fresh_ms: LONG_MS, stale_ms: 5000 })
      const set_ms = await subject.set(key, entry)
      const asked_ms = now()
      const found = await subject.level.get(key)
      assertSame(found, entry)
      const error_ms = set_ms + (now() - asked_ms) + ROUNDING_MS
      assert.ok(Math.abs(found.ends_ms - entry.ends_ms) <= error_ms, `${found.ends_ms}, not ${entry.ends_ms}`)
      assert.equal(found.ends_ms - found.stored_ms, LONG_MS + 5000)
    })

    it('still gives what is past its fresh time, and tells so', async () => {
      const key = subject.newName()
      const entry = subject.entry(1, { fresh_ms: SHORT_MS, stale_ms: LONG_MS })
      const set_ms = await subject.set(key, entry)
      const error_ms = set_ms > 0 ? set_ms + ROUNDING_MS : 0
      await subject.time.until(entry.stored_ms + SHORT_MS + error_ms)
      const found = await subject.level.get(key)
      assertSame(found, entry)
      assert.equal(found.isFresh(now()), false)
    })

    it('has nothing of what has ended', async () => {
      const name = subject.newName()
      const entry = subject.entry(1, { fresh_ms: SHORT_MS, stale_ms: SHORT_MS, tags: [name] })
      const longer = subject.entry(2, { tags: [`${name}longer`] })
      await subject.level.set(`${name}replaced`, entry)
      await subject.level.set(`${name}replaced`, longer)
      await subject.level.set(`${name}shortened`, longer)
      let set_ms = await subject.set(`${name}shortened`, entry)
      set_ms = Math.max(set_ms, await subject.set(`${name}ended`, entry))
      await subject.time.until(entry.ends_ms + (set_ms > 0 ? set_ms + ROUNDING_MS : 0))
      assert.equal(await subject.level.get(`${name}ended`), undefined)
      assert.equal(await subject.level.get(`${name}shortened`), undefined)
      assert.equal(await subject.level.delete([`${name}ended`, `${name}shortened`]), 0)
      assert.equal(await subject.level.deleteTagged(name), 0)
      assertSame(await subject.level.get(`${name}replaced`), longer)
      assert.deepEqual([...(await subject.level.find(`${name}*`, 10)).keys()], [`${name}replaced`])
      assert.equal(await subject.level.deleteMatching(`${name}*`), 1)
    })

    it('has nothing where what is set has ended already, nor what it replaces', async () => {
      const key = subject.newName()
      await subject.level.set(key, subject.entry(1))
      await subject.level.set(key, subject.entry(2, { stored_ms: now() - LONG_MS, fresh_ms: SHORT_MS }))
      assert.equal(await subject.level.get(key), undefined)
      assert.equal(await subject.level.delete([key]), 0)
    })
  })
}
