import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { DatabaseService } from '../../../nodes/kasa-database/database-service'
import { OnePerDatabase } from '../../../nodes/kasa-retention/one-per-database'

describe('One retention per database', () => {
  const database = (): DatabaseService => ({}) as DatabaseService

  it('takes the first, and refuses another with the name of the first', () => {
    const keepers = new OnePerDatabase()
    const shared = database()
    keepers.claim(shared, { id: 'a', name: 'Thin out' })
    assert.throws(() => keepers.claim(shared, { id: 'b', name: '' }), {
      code: 'CONFIG_INVALID',
      message: /^database: "b" .* no other kasa-retention keeps; 'Thin out' \(a\) keeps this one$/,
    })
    keepers.claim(database(), { id: 'b', name: '' })
  })

  it('names the first by its id where it has no name', () => {
    const keepers = new OnePerDatabase()
    const shared = database()
    keepers.claim(shared, { id: 'a', name: '' })
    assert.throws(() => keepers.claim(shared, { id: 'b', name: '' }), { message: /; a keeps this one$/ })
  })

  it('takes another when the first has given it up', () => {
    const keepers = new OnePerDatabase()
    const shared = database()
    const giveUp = keepers.claim(shared, { id: 'a', name: '' })
    giveUp()
    keepers.claim(shared, { id: 'b', name: '' })
    assert.throws(() => keepers.claim(shared, { id: 'a', name: '' }), { message: /; b keeps this one$/ })
  })
})
