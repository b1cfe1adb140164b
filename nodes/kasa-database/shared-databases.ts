import { systemClock } from '../../src/domain/clock'
import type { Database } from '../../src/database/database'
import { invalid } from '../../src/domain/errors'
import type { SqliteOptions } from '../../src/database/sqlite/sqlite-options'
import { DatabaseService } from './database-service'

interface Shared {
  readonly service: DatabaseService
  readonly options: string
  users: number
}

/** One database per file: imported flows often bring a second `kasa-database` for a file that is already open. */
export class SharedDatabases {
  private readonly open = new Map<string, Shared>()

  constructor(private readonly make: (options: SqliteOptions, changed: () => void) => Database) {}

  /**
   * The service of a file, started with its first user. `release` stops it with its last, and returns how many accepted
   * readings were lost.
   * @throws MonitorError `CONFIG_INVALID` where the file is open with other options
   */
  acquire(options: SqliteOptions): { service: DatabaseService; release: () => Promise<number> } {
    const shared = this.open.get(options.file) ?? this.add(options)
    if (shared.options !== JSON.stringify(options)) {
      const range = 'the settings of the other kasa-database that has this file open, or another file'
      throw invalid('CONFIG_INVALID', 'file', options.file, range)
    }
    shared.users++
    const release = async () => {
      if (--shared.users > 0) return 0
      this.open.delete(options.file)
      return shared.service.stop()
    }
    return { service: shared.service, release }
  }

  private add(options: SqliteOptions): Shared {
    const make = (changed: () => void) => this.make(options, changed)
    const service = new DatabaseService(options.file, make, systemClock, Math.random)
    const shared = { service, options: JSON.stringify(options), users: 0 }
    this.open.set(options.file, shared)
    service.start()
    return shared
  }
}
