import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { patternOf } from '../../../src/cache/keys'
import { isMeant } from '../../support/wildcards'
import { assertSame, type Subject } from './subject'

const MANY = 500
const SPECIAL = [
  'a',
  'b',
  'ab',
  'a[b]',
  'a?',
  'a\\b',
  'a^b',
  'a{b}',
  'a%7Bb%7D',
  'a%',
  'a.b',
  'a*b',
  'a#b',
  'a b',
  'ä🔌b',
  'a:b',
]

/** What is found and what is taken away by keys, patterns and tags. */
export function describeDeleting(subject: Subject): void {
  const set = (key: string, ...tags: string[]): Promise<void> => subject.level.set(key, subject.entry(key, { tags }))
  const keysAt = async (pattern: string): Promise<string[]> =>
    [...(await subject.level.find(pattern, MANY)).keys()].sort()

  describe('deleting', () => {
    it('takes away the keys that it is told, and counts those that there were', async () => {
      const name = subject.newName()
      await Promise.all(['a', 'b', 'c'].map((key) => set(name + key)))
      assert.equal(await subject.level.delete([]), 0)
      assert.equal(await subject.level.delete([`${name}a`, `${name}unknown`, `${name}b`, `${name}a`]), 2)
      assert.equal(await subject.level.delete([`${name}a`]), 0)
      assert.deepEqual(await keysAt(`${name}*`), [`${name}c`])
    })

    it('keeps what is set after it was deleted', async () => {
      const key = subject.newName()
      await set(key)
      await subject.level.delete([key])
      const entry = subject.entry('again')
      await subject.level.set(key, entry)
      assertSame(await subject.level.get(key), entry)
    })
  })

  describe('patterns', () => {
    it('take every character for itself, but for *', async () => {
      const name = subject.newName()
      const keys = SPECIAL.map((key) => name + key)
      await Promise.all(keys.map((key) => set(key)))
      const patterns = [
        ...SPECIAL,
        '*',
        'a*',
        '*b',
        'a*b',
        '*[*',
        '*?',
        'a\\*',
        '*%*',
        '[ab]',
        '**',
        'a**b',
        '*a*b*',
        'x*',
        '',
      ]
      for (const pattern of patterns.map((own) => patternOf(name + own))) {
        assert.deepEqual(await keysAt(pattern), keys.filter((key) => isMeant(pattern, key)).sort(), pattern)
      }
    })

    it('delete what they match, and nothing else', async () => {
      for (const pattern of ['a[b]', 'a?', 'a*b', 'a\\*', '*{*', '*']) {
        const name = subject.newName()
        const keys = SPECIAL.map((key) => name + key)
        await Promise.all(keys.map((key) => set(key)))
        const gone = keys.filter((key) => isMeant(name + pattern, key))
        assert.equal(await subject.level.deleteMatching(name + pattern), gone.length, pattern)
        assert.deepEqual(await keysAt(`${name}*`), keys.filter((key) => !gone.includes(key)).sort(), pattern)
      }
    })

    it('find no more than they are told', async () => {
      const name = subject.newName()
      const keys = Array.from({ length: MANY }, (_, index) => `${name}${index}`)
      await Promise.all(keys.map((key) => set(key)))
      assert.deepEqual(await keysAt(`${name}*`), [...keys].sort())
      const some = await subject.level.find(`${name}*`, 10)
      assert.equal(some.size, 10)
      for (const [key, entry] of some) assert.equal(entry.value, key)
      assert.equal(await subject.level.deleteMatching(`${name}*`), MANY)
      assert.deepEqual(await keysAt(`${name}*`), [])
    })
  })

  describe('tags', () => {
    it('take away all that carry them, and nothing else', async () => {
      const [name, other] = [subject.newName(), subject.newName()]
      await Promise.all([set(`${name}a`, name), set(`${name}b`, other, name), set(`${name}c`, other), set(`${name}d`)])
      assert.equal(await subject.level.deleteTagged(name), 2)
      assert.equal(await subject.level.deleteTagged(name), 0)
      assert.deepEqual(await keysAt(`${name}*`), [`${name}c`, `${name}d`])
      assert.equal(await subject.level.deleteTagged(other), 1)
    })

    it('count hundreds', async () => {
      const name = subject.newName()
      await Promise.all(Array.from({ length: MANY }, (_, index) => set(`${name}${index}`, name)))
      assert.equal(await subject.level.deleteTagged(name), MANY)
      assert.deepEqual(await keysAt(`${name}*`), [])
    })

    it('are left behind by a value that is replaced', async () => {
      const [key, old] = [subject.newName(), subject.newName()]
      await set(key, old, key)
      await set(key, key)
      assert.equal(await subject.level.deleteTagged(old), 0)
      assert.equal((await subject.level.get(key))?.value, key)
      assert.equal(await subject.level.deleteTagged(key), 1)
    })

    it('are left behind by a value that is deleted', async () => {
      const [key, tag] = [subject.newName(), subject.newName()]
      await set(key, tag)
      await subject.level.delete([key])
      await set(key)
      assert.equal(await subject.level.deleteTagged(tag), 0)
      assert.equal((await subject.level.get(key))?.value, key)
    })

    it('are no keys', async () => {
      const name = subject.newName()
      await set(name, `${name}tag`)
      assert.equal(await subject.level.deleteTagged(name), 0)
      assert.equal(await subject.level.delete([`${name}tag`]), 0)
      assert.equal((await subject.level.get(name))?.value, name)
    })
  })
}
