import type { ExpireOrder } from '../../tiers/tier-store'
import { ALL_DEVICES } from '../sqlite-statements'
import { numbered, placeOf, tablesOf, type Place } from './keyed-rows'
import type { TierContext } from './tier-context'
import { deleteIn, nextAfter } from './tier-statements'

/** What is deleted by one statement takes a few milliseconds; a row of a tier has a dozen rows of fields. */
const CHUNK_ROWS = { reading: 2000, roll_up: 200 } as const

/** Deletes along the key, in transactions that last a turn; between them others write. */
export class TierExpiry {
  constructor(private readonly context: TierContext) {}

  async expire({ source, device_ids, from, to }: ExpireOrder): Promise<number> {
    const { statements, turns, assertInPlace } = this.context
    assertInPlace()
    const place = placeOf(statements, source)
    if (!place) return 0
    const named = device_ids.length > 0 ? device_ids : statements.all(ALL_DEVICES, []).map(([id]) => String(id))
    const turn = turns.begin()
    let rows = 0
    const steps = this.steps(place, [...numbered(statements, named)], from, to)
    for (let isDone = false; !isDone;) {
      if (turn.isOver) await turn.next()
      rows += this.inTransaction(() => {
        let deleted = 0
        do {
          const step = steps.next()
          if (step.done) isDone = true
          else deleted += step.value
        } while (!isDone && !turn.isOver)
        return deleted
      })
    }
    return rows
  }

  /** Deletes as it is taken from. @returns rows, of each step */
  private *steps(
    { table, prefix }: Place,
    devices: readonly { readonly device: number }[],
    from: number,
    to: number,
  ): Generator<number> {
    const { statements } = this.context
    const tables = tablesOf({ table, prefix })
    for (const { device } of devices) {
      const key = [...prefix, device]
      for (let cut: number | undefined = from; cut !== undefined;) {
        const start: number = cut
        const next = statements.first(nextAfter(table), [...key, start, to, CHUNK_ROWS[table]])
        cut = next && Number(next[0])
        const deleted = tables.map((each) => statements.run(deleteIn(each), [...key, start, cut ?? to]))
        yield deleted.at(-1) ?? 0
      }
    }
  }

  private inTransaction(work: () => number): number {
    const { statements } = this.context
    statements.begin()
    try {
      const answer = work()
      statements.end('COMMIT')
      return answer
    } catch (error) {
      // A full disk has ended the transaction already.
      if (statements.inTransaction) statements.end('ROLLBACK')
      throw error
    }
  }
}
