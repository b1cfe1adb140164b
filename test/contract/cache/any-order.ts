import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { CacheEntry } from '../../../src/cache/cache-entry'
import { isMeant } from '../../support/wildcards'
import { assertSame, type Subject } from './subject'

const KEYS = ['a', 'ab', 'abc', 'b', 'b[a]', 'c?']
const PATTERNS = ['*', 'a*', '*b*', 'b[*', 'c?', 'ab']
const TAGS = ['x', 'y', 'z']

const keys = fc.constantFrom(...KEYS)
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: keys, value: fc.nat(), tags: fc.subarray(TAGS) }) },
  { weight: 2, arbitrary: fc.record({ get: keys }) },
  fc.record({ remove: fc.array(keys, { maxLength: 3 }) }),
  fc.record({ removeMatching: fc.constantFrom(...PATTERNS) }),
  fc.record({ removeTagged: fc.constantFrom(...TAGS) }),
  fc.record({ find: fc.constantFrom(...PATTERNS), limit: fc.integer({ min: 1, max: 7 }) }),
)
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

/** Beside a model that is nothing but a map. */
export function describeAnyOrder(subject: Subject): void {
  describe('in any order', () => {
    it('has what was set and not deleted since, for each of several users at once', async () => {
      const users = fc.array(fc.array(steps, { maxLength: 25 }), { minLength: 1, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(users, async (all) => {
          await Promise.all(all.map((own) => new User(subject, subject.newName()).take(own)))
        }),
        { numRuns: 60 },
      )
    })
  })
}

class User {
  private readonly model = new Map<string, CacheEntry>()

  constructor(
    private readonly subject: Subject,
    private readonly name: string,
  ) {}

  async take(all: readonly Step[]): Promise<void> {
    for (const step of all) await this.step(step)
    await this.find('*', KEYS.length)
  }

  private async step(step: Step): Promise<void> {
    const { level } = this.subject
    if ('set' in step) {
      const entry = this.subject.entry(step.value, { tags: step.tags.map((tag) => this.name + tag) })
      this.model.set(this.name + step.set, entry)
      await level.set(this.name + step.set, entry)
    } else if ('get' in step) {
      const expected = this.model.get(this.name + step.get)
      const found = await level.get(this.name + step.get)
      if (expected) assertSame(found, expected)
      else assert.equal(found, undefined)
    } else if ('remove' in step) {
      const named = step.remove.map((key) => this.name + key)
      assert.equal(
        await level.delete(named),
        this.forget((key) => named.includes(key)),
      )
    } else if ('removeMatching' in step) {
      const pattern = this.name + step.removeMatching
      assert.equal(
        await level.deleteMatching(pattern),
        this.forget((key) => isMeant(pattern, key)),
      )
    } else if ('removeTagged' in step) {
      const tag = this.name + step.removeTagged
      assert.equal(
        await level.deleteTagged(tag),
        this.forget((_, entry) => entry.tags.includes(tag)),
      )
    } else {
      await this.find(step.find, step.limit)
    }
  }

  private async find(own: string, limit: number): Promise<void> {
    const pattern = this.name + own
    const meant = [...this.model.keys()].filter((key) => isMeant(pattern, key))
    const found = await this.subject.level.find(pattern, limit)
    assert.equal(found.size, Math.min(limit, meant.length))
    for (const [key, entry] of found) assertSame(entry, this.model.get(key) as CacheEntry)
  }

  private forget(isGone: (key: string, entry: CacheEntry) => boolean): number {
    const gone = [...this.model].filter(([key, entry]) => isGone(key, entry))
    for (const [key] of gone) this.model.delete(key)
    return gone.length
  }
}
