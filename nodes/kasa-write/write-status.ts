import type { ServiceStatus } from '../kasa-database/database-service'
import { reasonOf } from '../shared/database-reasons'
import type { Status, StatusKind } from '../shared/status'

type Line = readonly [StatusKind, string]

/** From here on people should know that the spool fills up. */
const NEARLY_FULL = 0.8

/** What `kasa-write` shows: how much its database has written since it was opened, what waits, and why. */
export class WriteStatus {
  private last = ''
  private isFresh = false

  constructor(
    private readonly service: { status(): ServiceStatus },
    private readonly status: Status,
  ) {}

  /** After a message. Where thousands come in a second, most leave it to the next look. */
  wrote(): void {
    if (this.isFresh) this.last = ''
    else this.show()
    this.isFresh = true
  }

  /** Every second or so: shows what has changed at the database; the error of a message stays until then. */
  look(): void {
    this.isFresh = false
    if (lineOf(this.service.status()).join() !== this.last) this.show()
  }

  private show(): void {
    const line = lineOf(this.service.status())
    this.last = line.join()
    this.status.show(...line)
  }
}

function lineOf(status: ServiceStatus): Line {
  const { state, code, message } = status
  const reason = reasonOf(code, message ?? state)
  switch (state) {
    case 'ok':
      return [hasLost(status) ? 'waiting' : 'ready', `${number(status.written)} written${countsOf(status)}`]
    case 'retrying':
      return ['waiting', `${reason}${countsOf(status)}`]
    case 'full':
      return ['failed', `${code === 'DATABASE_UNAVAILABLE' ? 'spool fails' : reason}${countsOf(status)}`]
    case 'failed':
      return ['failed', `${reason}${countsOf(status)}`]
    case 'opening':
      return code ? ['failed', reason] : ['waiting', 'opening']
    case 'closed':
      return ['idle', 'closed']
  }
}

function hasLost({ dropped, damaged_bytes, expired, quarantined, refused }: ServiceStatus): boolean {
  return dropped + damaged_bytes + expired + quarantined + refused > 0
}

function countsOf({ queued, dropped, damaged_bytes, expired, quarantined, refused, fullness }: ServiceStatus): string {
  const full = fullness >= NEARLY_FULL && dropped === 0 ? `, ${Math.floor(fullness * 100)} % full` : ''
  const damaged = damaged_bytes > 0 ? ', spool damaged' : ''
  // What is long is cut off: what matters most comes first.
  return wordsOf({ queued, dropped }) + full + wordsOf({ quarantined, expired, refused }) + damaged
}

function wordsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `, ${number(count)} ${word}`)
    .join('')
}

/** 12,345: people read it, in one language. */
function number(count: number): string {
  return count.toLocaleString('en-US')
}
