import type { Reading } from '../../src/domain/reading'
import type { Scope } from '../shared/scope'

/** An array that waits grows no larger; it is sent at once then. */
const LARGEST_ARRAY = 1000

/** Gathers readings that come in within `gather_ms` of the first into one array. */
export class Gatherer {
  private readings: Reading[] = []
  private cancel = () => {}

  constructor(
    private readonly gather_ms: number,
    private readonly scope: Pick<Scope, 'timeout'>,
    private readonly send: (readings: Reading[]) => void,
  ) {}

  add(reading: Reading): void {
    if (this.readings.push(reading) === 1) this.cancel = this.scope.timeout(() => this.flush(), this.gather_ms)
    if (this.readings.length >= LARGEST_ARRAY) this.flush()
  }

  private flush(): void {
    this.cancel()
    const readings = this.readings
    this.readings = []
    this.send(readings)
  }
}
