import { after, before, describe } from 'mocha'
import { describeAnyOrder } from './any-order'
import { describeDeleting } from './deleting'
import { Subject, type LevelUnderTest } from './subject'
import { describeTimes } from './times'
import { describeValues } from './values'

export { realTime, type LevelUnderTest, type TestTime } from './subject'

/** What every `CacheLevel` owes its users. */
export function describeCacheLevel(name: string, open: () => Promise<LevelUnderTest>): void {
  describe(`a level of the cache: ${name}`, () => {
    const subject = new Subject(open)
    before(() => subject.start())
    after(() => subject.end())

    describeValues(subject)
    describeTimes(subject)
    describeDeleting(subject)
    describeAnyOrder(subject)
  })
}
