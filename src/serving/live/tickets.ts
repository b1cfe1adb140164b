import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../domain/clock'
import type { Caller } from '../protection/caller'

/** How long a ticket is good for. */
export const TICKET_S = 60
/** The oldest gives way. */
const MOST_TICKETS = 1000
const TICKET_BYTES = 32

interface Ticket {
  readonly caller: Caller
  readonly until_ms: number
}

/** What stands for a caller once, where a browser can send neither key nor login. */
export class Tickets {
  /** By their hashes, oldest first: how long it takes to look for one tells nothing about another. */
  private readonly tickets = new Map<string, Ticket>()

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  issue(caller: Caller): string {
    const now_ms = this.clock.monotonic()
    for (const [hash, { until_ms }] of this.tickets) {
      if (until_ms > now_ms && this.tickets.size < MOST_TICKETS) break
      this.tickets.delete(hash)
    }
    const ticket = randomBytes(TICKET_BYTES).toString('base64url')
    this.tickets.set(hashOf(ticket), { caller, until_ms: now_ms + TICKET_S * 1000 })
    return ticket
  }

  /** Whose it is; it is used up. Undefined: it is none, or not good any more. */
  take(ticket: string): Caller | undefined {
    const hash = hashOf(ticket)
    const found = this.tickets.get(hash)
    this.tickets.delete(hash)
    return found && found.until_ms > this.clock.monotonic() ? found.caller : undefined
  }

  clear(): void {
    this.tickets.clear()
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64')
}
