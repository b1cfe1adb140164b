import { after, before, describe } from 'mocha'
import { describeConduct } from './database/conduct'
import { describePoints } from './database/points'
import { describeReadingBack } from './database/reading-back'
import { describeRecorded } from './database/recorded'
import { Subject, type DatabaseUnderTest } from './database/subject'
import { describeWriting } from './database/writing'

export type { DatabaseUnderTest } from './database/subject'

/** What every implementation of `Database` owes its users. */
export function describeDatabase(name: string, make: () => Promise<DatabaseUnderTest>): void {
  describe(`a database: ${name}`, function () {
    // Many questions, on machines that do other things as well.
    this.timeout(60_000)
    const subject = new Subject(make)
    before(() => subject.start())
    after(() => subject.end())

    describeWriting(subject)
    describeRecorded(subject)
    describePoints(subject)
    describeReadingBack(subject)
    describeConduct(subject)
  })
}
