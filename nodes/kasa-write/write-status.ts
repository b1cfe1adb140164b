import type { ServiceStatus } from '../kasa-database/database-service'
import type { Status, StatusKind } from '../shared/status'

type Line = readonly [StatusKind, string]

/** What `kasa-write` shows: how much its database has written since it was opened, what waits, and why. */
export class WriteStatus {
  private last = ''

  constructor(
    private readonly service: { status(): ServiceStatus },
    private readonly status: Status,
  ) {}

  show(): void {
    const line = lineOf(this.service.status())
    this.last = line.join()
    this.status.show(...line)
  }

  /** Shows what has changed at the database; the error of a message stays until then. */
  look(): void {
    if (lineOf(this.service.status()).join() !== this.last) this.show()
  }
}

function lineOf({ state, message, written, queued }: ServiceStatus): Line {
  const waiting = queued > 0 ? `, ${queued} queued` : ''
  switch (state) {
    case 'ok':
      return ['ready', `${written} written${waiting}`]
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
