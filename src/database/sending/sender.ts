import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { Spool } from '../spool/spool'
import type { Store } from '../store'
import type { Quarantine } from './quarantine'

export interface SenderOptions {
  readonly spool: Pick<Spool, 'take' | 'acknowledge' | 'giveBack' | 'rewind' | 'status'>
  readonly store: Pick<Store, 'send' | 'probe' | 'grace_ms'>
  readonly quarantine: Quarantine
  /** Lines in one request, at most. */
  readonly batch_points: number
  /** How long a line waits for others to share its request. */
  readonly batch_delay_ms: number
  readonly clock: Clock
  readonly random: Random
  /** Called when `status()` has another state or code. */
  readonly onChange: () => void
}

export interface SenderStatus {
  /** Why nothing is sent: absent while all is well. `held` asks for a person. */
  readonly trouble?: { readonly held: boolean; readonly error: MonitorError }
  readonly written: number
}

/** Takes lines from the spool and brings them into the store, in order, until it says that they are stored. */
export class Sender {
  constructor(private readonly options: SenderOptions) {}

  start(): void {
    this.wake()
  }

  /** There is something to take. */
  wake(): void {
    this.options.onChange()
  }

  /** Sends at once what waits: see `Database.settle`. */
  settle(patience_ms: number): Promise<boolean> {
    return Promise.resolve(patience_ms < 0)
  }

  /** Sends what it can in a moment, then ends what is under way; what was not acknowledged stays in the spool. */
  stop(): Promise<void> {
    return Promise.resolve()
  }

  status(): SenderStatus {
    return { written: 0 }
  }
}
