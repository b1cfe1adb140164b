import { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import type { Fleet } from '../../src/polling/fleet'
import type { Scope } from '../shared/scope'

/**
 * Readings that messages ask for. The fleet tells everybody of a reading, also of one that was asked for: it is held
 * back for a moment then, so that it comes out once, as the answer.
 */
export class Requests {
  private waiting = 0
  private readonly held = new Map<string, Reading>()

  constructor(
    private readonly fleet: Pick<Fleet, 'readNow'>,
    private readonly scope: Pick<Scope, 'timeout'>,
    private readonly pass: (reading: Reading) => void,
  ) {}

  /** A reading of the fleet: passed on, unless it turns out to be an answer. */
  receive(reading: Reading): void {
    if (this.waiting === 0) {
      this.pass(reading)
      return
    }
    // The answer resolves in the same turn; what is left after it was not asked for.
    if (this.held.size === 0) this.scope.timeout(() => this.release(), 0)
    this.held.set(keyOf(reading), reading)
  }

  /**
   * Tells `answer` of each reading as it comes. A device that does not answer keeps no other back.
   * @throws MonitorError where none answers: what the first of `names` failed with
   */
  async read(names: readonly string[], answer: (reading: Reading) => void): Promise<void> {
    if (names.length === 0) throw new MonitorError('DEVICE_UNKNOWN', 'the fleet knows no device yet')
    this.waiting++
    try {
      const results = await Promise.allSettled(names.map((name) => this.readOne(name, answer)))
      const failures = results.filter((result) => result.status === 'rejected')
      if (failures.length === results.length) throw failures[0]?.reason
    } finally {
      this.waiting--
    }
  }

  private async readOne(name: string, answer: (reading: Reading) => void): Promise<void> {
    const reading = await this.fleet.readNow(name)
    if (reading.source === 'poll') this.held.delete(keyOf(reading))
    answer(reading)
  }

  private release(): void {
    const readings = [...this.held.values()]
    this.held.clear()
    for (const reading of readings) this.pass(reading)
  }
}

function keyOf({ device_id, timestamp }: Reading): string {
  return `${timestamp} ${device_id}`
}
