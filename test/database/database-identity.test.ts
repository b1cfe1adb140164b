import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { identityOf } from '../../src/database/database-identity'
import { parseDatabaseSettings } from '../../src/database/database-settings'

const SERVER = { kind: 'influx2', url: 'http://192.168.1.9:8086', organization: 'home', bucket: 'readings', token: 'a' }

const identity = (given: object, base = '/data/one') => identityOf(parseDatabaseSettings({ ...given }, base))

describe('The identity of a database', () => {
  it('of a server is its address and place, whoever asks from wherever with whatever login', () => {
    assert.equal(identity(SERVER), identity({ ...SERVER, token: 'b', timeout_ms: 5000 }, '/data'))
    for (const other of [{ url: 'http://192.168.1.8:8086' }, { bucket: 'others' }, { organization: 'work' }]) {
      assert.notEqual(identity(SERVER), identity({ ...SERVER, ...other }), JSON.stringify(other))
    }
  })

  it('of a file is its path', () => {
    const file = { kind: 'sqlite', file: 'home.sqlite' }
    assert.equal(identity(file), identity({ ...file, cache_mb: 8 }))
    assert.notEqual(identity(file), identity({ ...file, file: 'cottage.sqlite' }))
    assert.notEqual(identity(file), identity(file, '/data'))
  })

  it('is another where buckets are computed in another way', () => {
    assert.notEqual(identity(SERVER), identity({ ...SERVER, maximum_gap_ms: 60_000 }))
  })

  it('gives nothing away', () => {
    const local = { ...SERVER, url: 'http://localhost:8086', token: 'secret' }
    for (const given of [SERVER, local]) assert.match(identity(given), /^[\w-]{16}$/)
    assert.notEqual(identity(local), identity(SERVER))
  })
})
