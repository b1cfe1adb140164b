import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { DatabaseService } from '../../../nodes/kasa-database/database-service'
import { deployed } from '../../../nodes/shared/deployed'
import { monitoredParts } from '../../../nodes/shared/monitored-parts'
import { systemClock } from '../../../src/domain/clock'
import { FakeDatabase } from '../../support/fake-database'

describe('What is measured', () => {
  it('is each database once, whatever number of nodes name it, by the first of their names', () => {
    const make = () => new DatabaseService(() => new FakeDatabase(), systemClock, Math.random, 'identity')
    const [shared, other] = [make(), make()]
    const ends = [
      deployed.databases.add('one', 'readings', shared),
      deployed.databases.add('two', 'the same', shared),
      deployed.databases.add('three', 'another', other),
    ]
    const names = () => monitoredParts.databases().map(({ name }) => name)
    assert.deepEqual(names(), ['readings', 'another'])
    ends[0]?.()
    assert.deepEqual(names(), ['the same', 'another'])
    for (const end of ends) end()
    assert.deepEqual(names(), [])
  })
})
