import { randomBytes } from 'node:crypto'
import type { Responder } from '../responder'

const ID_BYTES = 16
const KEPT_SESSIONS = 16

interface Entry<Session> {
  readonly session: Session
  readonly ends_at: number
}

/** The sessions that a device has open, by the id in their cookie. */
export class Sessions<Session> {
  private readonly open = new Map<string, Entry<Session>>()

  constructor(
    private readonly responder: Responder,
    private readonly lasts_s: number,
  ) {}

  /** The cookie to set. */
  begin(session: Session): string {
    const { id, timeout_s } = this.add(session)
    return `TP_SESSIONID=${id};TIMEOUT=${timeout_s}`
  }

  add(session: Session): { readonly id: string; readonly timeout_s: number } {
    const { behaviours, clock } = this.responder
    const timeout_s = behaviours.get('session-timeout')?.timeout_s ?? this.lasts_s
    const id = randomBytes(ID_BYTES).toString('hex').toUpperCase()
    this.open.set(id, { session, ends_at: clock.monotonic() + timeout_s * 1000 })
    const limit = behaviours.get('session-limit')?.limit ?? KEPT_SESSIONS
    for (const oldest of this.open.keys()) {
      if (this.open.size <= limit) break
      this.open.delete(oldest)
    }
    return { id, timeout_s }
  }

  get(id: string | undefined): Session | undefined {
    const entry = id === undefined ? undefined : this.open.get(id)
    return entry && entry.ends_at > this.responder.clock.monotonic() ? entry.session : undefined
  }

  /** After each request, because some devices keep no session for a second one. */
  used(id: string | undefined): void {
    if (this.responder.behaviours.has('session-per-request')) this.end(id)
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.open.delete(id)
  }

  endAll(): void {
    this.open.clear()
  }
}
