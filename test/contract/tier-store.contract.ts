import { afterEach, beforeEach, describe } from 'mocha'
import { describeCounting } from './tier-store/counting'
import { describeExpiring } from './tier-store/expiring'
import { describeExtents } from './tier-store/extents'
import { describePreparing } from './tier-store/preparing'
import { describeRollingUp } from './tier-store/rolling-up'
import { describeRows } from './tier-store/rows'
import { Subject, type TierStoreUnderTest } from './tier-store/subject'

export type { TierStoreUnderTest } from './tier-store/subject'

/**
 * What every implementation of `TierStore` owes retention.
 * @param make a new, empty store for each test
 */
export function describeTierStore(name: string, make: () => Promise<TierStoreUnderTest>): void {
  describe(`the tiers of a store: ${name}`, function () {
    // Many questions, on machines that do other things as well.
    this.timeout(60_000)
    const subject = new Subject(make)
    beforeEach(() => subject.start())
    afterEach(() => subject.end())

    describePreparing(subject)
    describeRollingUp(subject)
    describeRows(subject)
    describeCounting(subject)
    describeExpiring(subject)
    describeExtents(subject)
  })
}
