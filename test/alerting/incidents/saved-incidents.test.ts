import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { SavedIncidents } from '../../../src/alerting/incidents/saved-incidents'
import { Bench, ruleOf, ToldWatch } from './watched-devices'

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] extends object ? Writable<Of[Key]> : Of[Key] }
type Saved = Writable<SavedIncidents>

/** One that is over, one that is open, one that waits for others, and three that are one. */
function filled(): Bench {
  const bench = new Bench()
  const say = (id: string, many_from: number, names: string, change: 'raised' | 'resolved'): void => {
    for (const name of names) bench.say(new ToldWatch(ruleOf({ id, many_from }), name), change, 1500)
  }
  say('each', 0, 'ab', 'raised')
  say('each', 0, 'a', 'resolved')
  say('three', 3, 'abc', 'raised')
  bench.clock.advance(10_000)
  say('five', 5, 'd', 'raised')
  return bench
}

function openAfter(damage: (saved: Saved) => unknown): { dropped: number; open: string[]; held: boolean } {
  const bench = filled()
  const dropped = bench.restart(0, (saved) => {
    const damaged = damage(saved as Saved)
    return damaged === undefined ? saved : damaged
  })
  const open = bench.book.open().map(({ rule_id, device_id }) => `${rule_id}/${device_id}`)
  return { dropped, open, held: bench.book.raisedOn('five', 'd') !== undefined }
}

describe('incidents that were saved', () => {
  it('come back whole', () => {
    assert.deepEqual(
      openAfter(() => undefined),
      { dropped: 0, open: ['each/b', 'three/*'], held: true },
    )
  })

  it('are the same as before where all that happened is over, so that no disk is worn', () => {
    const bench = new Bench()
    const plug = new ToldWatch(ruleOf({ id: 'each' }), 'plug')
    bench.say(plug, 'raised', 1500)
    bench.say(plug, 'resolved', 1)
    const saved = bench.book.save()
    bench.clock.advance(60_000)
    assert.deepEqual(bench.book.save(), saved)
  })

  it('are none where nothing was saved, or something else', () => {
    const nothing = { dropped: 1, open: [], held: false }
    for (const saved of [null, 5, 'x', [], {}, { version: 1 }])
      assert.deepEqual(
        openAfter(() => saved),
        nothing,
      )
    assert.deepEqual(
      openAfter((saved) => ({ ...saved, version: 2 })),
      nothing,
    )
    assert.equal(new Bench().book.restore(undefined), 0)
  })

  it('come back without those that are damaged, which are counted', () => {
    const without = (damage: (saved: Saved) => void): [number, string] => {
      const { dropped, open, held } = openAfter((saved) => void damage(saved))
      return [dropped, [...open, ...(held ? ['held'] : [])].join(' ')]
    }
    const damages: [damage: (saved: Saved) => void, dropped: number, left: string][] = [
      [({ open }) => (open[0]!.duration_s = -1), 1, 'three/* held'],
      [({ open }) => (open[0]!.state = 'resolved' as never), 1, 'three/* held'],
      [({ open }) => (open[0]!.raised = { value: {} } as never), 1, 'three/* held'],
      [({ open }) => open.push(open[0]!), 1, 'each/b three/* held'],
      [({ open }) => (open[0]!.device_id = '*'), 1, 'three/* held'],
      [({ past }) => (past[0]!.raised_at = 1e300), 1, 'each/b three/* held'],
      [({ many }) => delete many[0]!.incident, 1, 'each/b held'],
      [({ many }) => (many[0]!.members = []), 1, 'each/b held'],
      [({ many }) => (many[0]!.incident = { ...many[0]!.incident!, rule_id: 'other' }), 1, 'each/b held'],
      [({ many }) => (many[0]!.members[1]!.rule_id = 'other'), 1, 'each/b three/* held'],
      [({ many }) => (many[1]!.held = []), 0, 'each/b three/*'],
      [({ many }) => many.splice(1, 1, 'x' as never), 1, 'each/b three/*'],
    ]
    for (const [damage, dropped, left] of damages) assert.deepEqual(without(damage), [dropped, left], String(damage))
  })

  it('are read or dropped, whatever the file holds, and what is read can be saved again', () => {
    const keys = fc.constantFrom('open', 'many', 'past', 'held', 'members', 'incident', 'labels', 'raised', '__proto__')
    const depth = fc.array(fc.oneof(keys, fc.nat(3)), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(depth, fc.jsonValue(), (path, value) => {
        const bench = filled()
        bench.restart(0, (saved) => damaged(saved, path, value))
        bench.book.history(10)
        bench.clock.advance(600_000)
        assert.equal(bench.restart(), 0)
        for (const { rule_id } of bench.book.open()) bench.book.endRule(rule_id, 'rule_removed')
        assert.equal(Object.keys(Object.prototype).length, 0)
      }),
      { numRuns: 300 },
    )
  })
})

/** With `value` where the path leads, as far as it leads. */
function damaged(content: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value
  if (typeof content !== 'object' || content === null) return value
  const entries = Object.entries(content)
  const changed = entries.map(([name, part]) => [name, name === String(key) ? damaged(part, rest, value) : part])
  if (!Object.hasOwn(content, key)) changed.push([String(key), value])
  const object: unknown = Object.fromEntries(changed)
  return Array.isArray(content) ? changed.map(([, part]) => part) : object
}
