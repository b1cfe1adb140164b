import { systemClock } from '../../src/domain/clock'
import type { Database } from '../../src/database/database'
import { identityOf } from '../../src/database/database-identity'
import { fingerprintOf, nameOf, type DatabaseSettings } from '../../src/database/database-settings'
import { invalid } from '../../src/domain/errors'
import { DatabaseService } from './database-service'

interface Shared {
  readonly service: DatabaseService
  readonly fingerprint: string
  users: number
}

/** One database per target: imported flows often bring a second `kasa-database` for one that is already open. */
export class SharedDatabases {
  private readonly open = new Map<string, Shared>()

  constructor(private readonly make: (settings: DatabaseSettings, changed: () => void) => Database) {}

  /**
   * The service of a target, started with its first user. `release` stops it with its last, and returns how many accepted
   * points were lost.
   * @throws MonitorError `CONFIG_INVALID` where the target is open with other settings
   */
  acquire(settings: DatabaseSettings): { service: DatabaseService; release: () => Promise<number> } {
    const { folder, store } = settings
    const shared = this.open.get(folder) ?? this.add(settings)
    if (shared.fingerprint !== fingerprintOf(settings)) {
      const range = 'the settings of the other kasa-database that has it open, or another one'
      throw invalid('CONFIG_INVALID', store.kind === 'sqlite' ? 'file' : 'url', nameOf(settings), range)
    }
    shared.users++
    const release = async () => {
      if (--shared.users > 0) return 0
      this.open.delete(folder)
      return shared.service.stop()
    }
    return { service: shared.service, release }
  }

  private add(settings: DatabaseSettings): Shared {
    const { folder, store } = settings
    const make = (changed: () => void) => this.make(settings, changed)
    const file = store.kind === 'sqlite' ? store.file : undefined
    const service = new DatabaseService(make, systemClock, Math.random, identityOf(settings), file)
    const shared = { service, fingerprint: fingerprintOf(settings), users: 0 }
    this.open.set(folder, shared)
    service.start()
    return shared
  }
}
