import { MonitorError } from '../../domain/errors'

/** How long work may go on before what came meanwhile gets its turn: writes above all. */
const TURN_MS = 20

/** Long work on the file's thread, in short turns. */
export class SqliteTurns {
  private closed = false

  /** @param now in ms, as it only goes on */
  constructor(private readonly now: () => number) {}

  /** For one piece of work. */
  begin(): Turn {
    return new Turn(this.now, () => this.closed)
  }

  /** Work that waits for its next turn fails then. */
  close(): void {
    this.closed = true
  }
}

export class Turn {
  private ends: number

  constructor(
    private readonly now: () => number,
    private readonly isClosed: () => boolean,
  ) {
    this.ends = now() + TURN_MS
  }

  get isOver(): boolean {
    return this.now() >= this.ends
  }

  /** Lets others in. Outside of a transaction: theirs would become part of it. @throws MonitorError `CLOSED` */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.isClosed()) throw new MonitorError('CLOSED', 'The database was closed while it was at work')
    this.ends = this.now() + TURN_MS
  }
}
