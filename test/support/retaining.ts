import assert from 'node:assert/strict'
import type { Database } from '../../src/database/database'
import type { Clock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import { Retention } from '../../src/retention/retention'
import type { RetentionOptions } from '../../src/retention/retention-options'

/** Keeps the tiers of an open database, when it is told to. A fault that is reported fails, unless `report` takes it. */
export function retaining(
  database: Pick<Database, 'tiers' | 'settle'>,
  options: RetentionOptions,
  clock: Clock,
  report = (error: MonitorError): void => assert.fail(error.message),
): Retention {
  return new Retention({
    tiers: () => Promise.resolve(database.tiers),
    settle: (patience_ms) => database.settle(patience_ms),
    options,
    clock,
    onReport: () => {},
    onStatus: () => {},
    report,
  })
}
