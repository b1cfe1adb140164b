import type { RetentionReport } from '../../src/retention/retention-report'

/**
 * Runs that messages ask for, one after the other. While one has to wait for its turn, all who ask for the same share it: readings
 * that are wired here by mistake come faster than any run.
 */
export class AskedRuns {
  /** Those that have not begun, by whether they are dry. */
  private readonly waiting = new Map<boolean, Promise<RetentionReport>>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly run: (dry: boolean) => Promise<RetentionReport>) {}

  /** The caller's own report, of a run that begins after this call. */
  async ask(dry: boolean): Promise<RetentionReport> {
    return structuredClone(await (this.waiting.get(dry) ?? this.enqueue(dry)))
  }

  private enqueue(dry: boolean): Promise<RetentionReport> {
    const turn = this.last.then(() => {
      this.waiting.delete(dry)
      return this.run(dry)
    })
    this.waiting.set(dry, turn)
    // Whoever has asked hears of a failure.
    this.last = turn.catch(() => undefined)
    return turn
  }
}
