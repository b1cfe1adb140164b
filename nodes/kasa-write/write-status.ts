import type { WriteResult } from '../../src/database/database'
import type { ServiceStatus } from '../kasa-database/database-service'
import type { Status, StatusKind } from '../shared/status'

type Line = readonly [StatusKind, string]

/** What `kasa-write` shows: how much it wrote, what waits, and why. */
export class WriteStatus {
  private written = 0
  private last = ''

  constructor(
    private readonly service: { status(): ServiceStatus },
    private readonly status: Status,
  ) {}

  wrote(result: WriteResult): void {
    this.written += result.written
    this.show(this.line())
  }

  /** Shows what has changed at the database; the error of a message stays until then. */
  look(): void {
    const line = this.line()
    if (line.join() !== this.last) this.show(line)
  }

  private show(line: Line): void {
    this.last = line.join()
    this.status.show(...line)
  }

  private line(): Line {
    const { state, message, queued } = this.service.status()
    const waiting = queued > 0 ? `, ${queued} queued` : ''
    switch (state) {
      case 'ok':
        return ['ready', `${this.written} written${waiting}`]
      case 'retrying':
        return ['waiting', `retrying${waiting}`]
      case 'full':
        return ['failed', `no space${waiting}`]
      case 'failed':
        return ['failed', message ?? `failed${waiting}`]
      case 'opening':
        return ['waiting', 'opening']
      case 'closed':
        return ['idle', 'closed']
    }
  }
}
