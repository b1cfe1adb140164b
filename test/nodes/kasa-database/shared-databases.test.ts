import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { SharedDatabases } from '../../../nodes/kasa-database/shared-databases'
import { parseSqliteOptions } from '../../../src/database/sqlite/sqlite-options'
import { FakeDatabase } from '../../support/fake-database'

function shared(): { databases: SharedDatabases; made: FakeDatabase[] } {
  const made: FakeDatabase[] = []
  const databases = new SharedDatabases(() => {
    const database = new FakeDatabase()
    made.push(database)
    return database
  })
  return { databases, made }
}

describe('Two kasa-database nodes', () => {
  it('share one database where they name the same file, until the last of them is closed', async () => {
    const { databases, made } = shared()
    const first = databases.acquire(parseSqliteOptions({ file: '/tmp/a.sqlite' }))
    const second = databases.acquire(parseSqliteOptions({ file: '/tmp/../tmp/a.sqlite' }))
    assert.equal(await first.service.opened(), await second.service.opened())
    await first.release()
    assert.deepEqual(made[0]?.calls, ['start'])
    await second.release()
    assert.deepEqual(made[0]?.calls, ['start', 'stop'])
  })

  it('have a database each where the files differ', async () => {
    const { databases, made } = shared()
    const first = databases.acquire(parseSqliteOptions({ file: '/tmp/a.sqlite' }))
    const second = databases.acquire(parseSqliteOptions({ file: '/tmp/b.sqlite' }))
    assert.notEqual(await first.service.opened(), await second.service.opened())
    await Promise.all([first.release(), second.release()])
    assert.equal(made.length, 2)
  })

  it('may not differ in the settings of one file', async () => {
    const { databases } = shared()
    const first = databases.acquire(parseSqliteOptions({ file: '/tmp/a.sqlite' }))
    const other = parseSqliteOptions({ file: '/tmp/a.sqlite', cache_mb: 64 })
    assert.throws(() => databases.acquire(other), { code: 'CONFIG_INVALID', message: /^file: .*a\.sqlite.*settings/ })
    await first.release()
    const second = databases.acquire(other)
    assert.equal((await second.service.opened()).status().state, 'ok')
    await second.release()
  })
})
