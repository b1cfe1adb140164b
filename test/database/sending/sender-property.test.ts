import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Verdict } from '../../../src/database/sending/verdict'
import {
  BUSY,
  HELD,
  LOGIN_REFUSED,
  LOST,
  numbered,
  SendingBench,
  STORED,
  TIMED_OUT,
  UNAVAILABLE,
} from './sending-bench'

/** How a store feels about one request. `lost-answer`: it stored the lines, and nobody heard. */
const MOODS = ['well', 'busy', 'asks', 'lost', 'slow', 'held', 'lost-answer', 'throws', 'half-stored'] as const
type Mood = (typeof MOODS)[number]

const TROUBLES: Partial<Record<Mood, Verdict>> = {
  busy: BUSY,
  asks: { kind: 'retry', error: UNAVAILABLE, after_ms: 2500 },
  lost: LOST,
  slow: TIMED_OUT,
  held: HELD,
}

/** Stores lines in its moods, refuses batches with bad lines, and takes a limited number at a time. */
class MoodyStore {
  /** Where each line stands in the order in which lines came last. */
  readonly last = new Map<string, number>()
  private arrivals = 0

  constructor(
    private readonly moods: Mood[],
    private readonly bad: ReadonlySet<string>,
    private readonly most: number,
    private readonly namesBadLines: boolean,
  ) {}

  async answer(lines: readonly string[]): Promise<Verdict> {
    const mood = this.moods.shift() ?? 'well'
    await new Promise((resolve) => setImmediate(resolve))
    if (mood === 'throws') throw UNAVAILABLE
    const trouble = TROUBLES[mood]
    if (trouble) return trouble
    if (lines.length > this.most) return { kind: 'too-large' }
    const verdict = this.verdictOn(lines)
    if (mood === 'half-stored') this.keep(lines.slice(0, lines.length / 2))
    else if (verdict.kind === 'stored') this.keep(lines)
    return mood === 'half-stored' || mood === 'lost-answer' ? LOST : verdict
  }

  probe(): Promise<void> {
    const mood = this.moods.shift() ?? 'well'
    if (mood === 'held') return Promise.reject(LOGIN_REFUSED)
    return mood === 'lost' || mood === 'throws' ? Promise.reject(UNAVAILABLE) : Promise.resolve()
  }

  private verdictOn(lines: readonly string[]): Verdict {
    const bad = lines.flatMap((line, index) => (this.bad.has(line) ? [{ index, reason: 'bad' }] : []))
    if (bad.length === 0) return STORED
    return this.namesBadLines ? { kind: 'stored', bad } : { kind: 'refused', reason: 'bad' }
  }

  private keep(lines: readonly string[]): void {
    for (const line of lines) if (!this.bad.has(line)) this.last.set(line, this.arrivals++)
  }
}

describe('whatever a store does, if it takes lines in the end', () => {
  it('every line is stored or quarantined, in order, with a bounded number of requests', async () => {
    const script = fc.record({
      count: fc.integer({ min: 1, max: 120 }),
      later: fc.integer({ min: 0, max: 60 }),
      bad: fc.array(fc.nat({ max: 119 }), { maxLength: 5 }),
      batch_points: fc.integer({ min: 1, max: 40 }),
      most: fc.integer({ min: 1, max: 50 }),
      moods: fc.array(fc.constantFrom(...MOODS), { maxLength: 30 }),
      namesBadLines: fc.boolean(),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
    })
    const run = async (given: typeof script extends fc.Arbitrary<infer Script> ? Script : never): Promise<void> => {
      const { count, later, batch_points, most, moods, namesBadLines, chance } = given
      const lines = numbered(0, count + later)
      const bad = new Set(given.bad.flatMap((index) => lines[index] ?? []))
      const failures = moods.length
      const store = new MoodyStore([...moods], bad, most, namesBadLines)
      const bench = new SendingBench({ batch_points, random: () => chance })
      bench.answer = (sent) => store.answer(sent)
      bench.probe = () => store.probe()
      bench.spool.append(...lines.slice(0, count))
      await bench.start()
      bench.spool.append(...lines.slice(count))
      // Each mood may cost a minute.
      assert.equal(await bench.drain(3_600_000, 20_000), true, 'the spool is not empty in the end')

      const good = lines.filter((line) => !bad.has(line))
      assert.deepEqual([...store.last.keys()].sort(), [...good].sort())
      assert.deepEqual(bench.quarantined.map(({ line }) => line).sort(), [...bad].sort())
      const order = good.map((line) => store.last.get(line) ?? -1)
      assert.deepEqual(
        order,
        order.toSorted((one, other) => one - other),
      )
      assert.equal(bench.sender.status().written, good.length)
      assert.ok(bench.mostUnderway <= 2)
      const bound = 4 * (lines.length + 1) + 4 * failures + 14 * bad.size
      assert.ok(bench.requests.length <= bound, `${bench.requests.length} requests, ${bound} allowed`)
      await bench.sender.stop()
      assert.equal(bench.clock.pending, 0)
    }
    await fc.assert(fc.asyncProperty(script, run), { numRuns: 200 })
  }).timeout(60_000)
})
