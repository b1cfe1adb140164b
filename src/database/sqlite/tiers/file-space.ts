import type { StoreSize } from '../../tiers/tier-store'
import type { Connection } from '../sqlite-connection'
import { firstValue, isIncremental } from '../sqlite-schema'
import type { TierContext } from './tier-context'

/** Given back by one transaction, which takes about a millisecond in memory and one write of the log. */
const STEP_PAGES = 200
/** Given back by one call: 8 MB. */
const CALL_PAGES = 2000
const MEGABYTE = 1024 * 1024

/** What the file takes on disk, and how it becomes smaller. */
export class FileSpace {
  constructor(private readonly context: TierContext) {}

  /** Without the log: who reads for long makes it grow, and so does deleting, by which a size limit would only miss its aim. */
  size(): StoreSize {
    const { connection, options } = this.context
    const page_bytes = pragma(connection, 'page_size')
    return {
      ...(options.maximum_mb > 0 && { maximum_bytes: options.maximum_mb * MEGABYTE }),
      size_bytes: pragma(connection, 'page_count') * page_bytes,
      free_bytes: pragma(connection, 'freelist_count') * page_bytes,
    }
  }

  /** False where nothing more can be given back: there is none, or the file was made before that was possible. */
  async shrink(): Promise<boolean> {
    const { connection, turns, assertInPlace } = this.context
    assertInPlace()
    if (!isIncremental(connection)) return false
    const turn = turns.begin()
    for (let given = 0; given < CALL_PAGES && pragma(connection, 'freelist_count') > 0; given += STEP_PAGES) {
      connection.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`)
      if (turn.isOver) await turn.next()
    }
    this.truncateLog()
    return pragma(connection, 'freelist_count') > 0
  }

  /** The file itself shrinks only now. Where somebody reads it, another time: nobody waits for that. */
  private truncateLog(): void {
    const { connection, options } = this.context
    connection.exec('PRAGMA busy_timeout = 0')
    try {
      firstValue(connection, 'PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      connection.exec(`PRAGMA busy_timeout = ${options.busy_timeout_ms}`)
    }
  }
}

function pragma(connection: Connection, name: string): number {
  return Number(firstValue(connection, `PRAGMA ${name}`))
}
