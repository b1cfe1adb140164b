import { invalid } from '../../../domain/errors'
import { MEASURED_KEYS } from '../../../domain/reading'
import { TIER_NAME, type TierPlan } from '../../tiers/tier'
import { isIncremental, MAKE_INCREMENTAL } from '../sqlite-schema'
import type { FieldNumbers } from './field-numbers'
import { tierNumber } from './keyed-rows'
import type { TierContext } from './tier-context'
import { ADD_TIER, ALL_TIERS, ANY_OF_TIER, FIND_VIEW, REMOVE_TIER } from './tier-statements'
import { tierView, viewName } from './tier-view'

/**
 * Gives each tier of the plan its number and its view, all or nothing. A tier that is in the plan no more keeps its rows,
 * which `expire` deletes, and its view; when it has no rows it goes, here.
 */
export class TierPreparation {
  constructor(
    private readonly context: TierContext,
    private readonly fields: FieldNumbers,
  ) {}

  /** @returns findings */
  prepare(plan: TierPlan): string[] {
    const { connection, statements, assertInPlace } = this.context
    for (const { name } of plan.tiers) assertName(name)
    assertInPlace()
    statements.begin()
    try {
      const left = this.removeEmpty(plan)
      for (const { name, fields } of plan.tiers) this.add(name, fields.length === 0 ? MEASURED_KEYS : fields)
      statements.end('COMMIT')
      return [...left.map(leftOver), ...(isIncremental(connection) ? [] : [neverShrinks()])]
    } catch (error) {
      // A full disk has ended the transaction already.
      if (statements.inTransaction) statements.end('ROLLBACK')
      throw error
    }
  }

  private add(name: string, keys: TierPlan['tiers'][number]['fields']): void {
    const { connection, statements } = this.context
    if (tierNumber(statements, name) === undefined) statements.run(ADD_TIER, [name])
    const view = tierView(name, Number(tierNumber(statements, name)), keys, this.fields)
    if (statements.first(FIND_VIEW, [viewName(name)])?.[0] === view) return
    connection.exec(`DROP VIEW IF EXISTS "${viewName(name)}"; ${view}`)
  }

  /** @returns the names of those that have rows and are in the plan no more */
  private removeEmpty({ tiers }: TierPlan): string[] {
    const { connection, statements } = this.context
    const planned = new Set(tiers.map(({ name }) => name))
    const left: string[] = []
    for (const [tier = null, given] of statements.all(ALL_TIERS, [])) {
      const name = String(given)
      if (planned.has(name)) continue
      if (statements.first(ANY_OF_TIER, [tier])) {
        left.push(name)
        continue
      }
      statements.run(REMOVE_TIER, [tier])
      if (TIER_NAME.test(name)) connection.exec(`DROP VIEW IF EXISTS "${viewName(name)}"`)
    }
    return left
  }
}

/** It stands in statements. */
function assertName(name: unknown): void {
  if (typeof name === 'string' && TIER_NAME.test(name)) return
  throw invalid('CONFIG_INVALID', 'name', name, 'up to 20 of a to z, 0 to 9 and _, beginning with a letter')
}

function leftOver(name: string): string {
  const rows = `DELETE FROM %s WHERE tier = (SELECT tier FROM tier WHERE name = '${name}')`
  const statements = ['roll_up_field', 'roll_up'].map((table) => rows.replace('%s', table)).join('; ')
  return `The tier ${name} is kept no more; what it has stays in the file, in the view ${viewName(name)}. This deletes it: ${statements}.`
}

function neverShrinks(): string {
  return `The file was made before it could give space back: what expires leaves room for new rows, and the file stays as large as it is. A backup of it that is put back can; so can the file itself after ${MAKE_INCREMENTAL}.`
}
