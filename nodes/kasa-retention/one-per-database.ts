import { invalid } from '../../src/domain/errors'
import type { DatabaseService } from '../kasa-database/database-service'

/** Whoever keeps the tiers of a database, as people know it. */
export interface Keeper {
  readonly id: string
  /** Empty where a person gave it none. */
  readonly name: string
}

/** One retention per database: two with different plans would each undo what the other does. */
export class OnePerDatabase {
  // All `kasa-database` nodes that name one target share its service.
  private readonly keepers = new WeakMap<DatabaseService, Keeper>()

  /**
   * @returns how to give it up
   * @throws MonitorError `CONFIG_INVALID` naming the one that has it
   */
  claim(database: DatabaseService, keeper: Keeper): () => void {
    const other = this.keepers.get(database)
    if (other) {
      const range = `a database that no other kasa-retention keeps; ${nameOf(other)} keeps this one`
      throw invalid('CONFIG_INVALID', 'database', nameOf(keeper), range)
    }
    this.keepers.set(database, keeper)
    return () => void this.keepers.delete(database)
  }
}

function nameOf({ id, name }: Keeper): string {
  return name ? `'${name}' (${id})` : id
}
