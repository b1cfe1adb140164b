import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { SharedDatabases } from '../../../nodes/kasa-database/shared-databases'
import { parseDatabaseSettings } from '../../../src/database/database-settings'
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

const file = (name: string, more: object = {}) => parseDatabaseSettings({ kind: 'sqlite', file: name, ...more }, '/tmp')
const server = (more: object = {}) => {
  const place = { kind: 'influx2', url: 'http://127.0.0.1:8086', organization: 'home', bucket: 'kasa' }
  return parseDatabaseSettings({ ...place, ...more }, '/tmp')
}

describe('Two kasa-database nodes', () => {
  it('share one database where they name the same file, until the last of them is closed', async () => {
    const { databases, made } = shared()
    const first = databases.acquire(file('a.sqlite'))
    const second = databases.acquire(file('/tmp/../tmp/a.sqlite'))
    assert.equal(await first.service.opened(), await second.service.opened())
    await first.release()
    assert.deepEqual(made[0]?.calls, ['start'])
    await second.release()
    assert.deepEqual(made[0]?.calls, ['start', 'stop'])
  })

  it('share one database where they name the same bucket of the same server', async () => {
    const { databases, made } = shared()
    const first = databases.acquire(server({ token: 'abc' }))
    const second = databases.acquire(server({ token: 'abc', url: 'http://127.0.0.1:8086/' }))
    assert.equal(first.service, second.service)
    await Promise.all([first.release(), second.release()])
    assert.equal(made.length, 1)
  })

  it('have a database each where files, buckets or servers differ', async () => {
    const { databases, made } = shared()
    const others = [file('a'), file('b'), server(), server({ bucket: 'b' }), server({ url: 'http://127.0.0.1:8087' })]
    const acquired = others.map((settings) => databases.acquire(settings))
    await Promise.all(acquired.map(({ release }) => release()))
    assert.equal(made.length, 5)
  })

  it('may not differ in the settings of one file', async () => {
    const { databases } = shared()
    const first = databases.acquire(file('a.sqlite'))
    const other = file('a.sqlite', { cache_mb: 64 })
    assert.throws(() => databases.acquire(other), { code: 'CONFIG_INVALID', message: /^file: .*a\.sqlite.*settings/ })
    await first.release()
    const second = databases.acquire(other)
    assert.equal((await second.service.opened()).status().state, 'ok')
    await second.release()
  })

  it('may not differ in the token of one bucket, which is not told', async () => {
    const { databases } = shared()
    const first = databases.acquire(server({ token: 'abc' }))
    assert.throws(
      () => databases.acquire(server({ token: 'CANARY' })),
      (error: Error) => /^url: .*8086 home kasa.*settings/.test(error.message) && !error.message.includes('CANARY'),
    )
    await first.release()
  })
})
