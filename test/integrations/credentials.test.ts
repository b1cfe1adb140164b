import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { inspect } from 'node:util'
import { MonitorError } from '../../src/domain/errors'
import { credentialsFrom } from '../../src/integrations/credentials'

const FIELDS = { username: 'user', password: 'word', hash: 'print' }
const from = (given: Record<string, string>) => credentialsFrom(given, FIELDS, 'CONFIG_INVALID')

describe('the login that a person gives', () => {
  it('is an account, the hash of one, or none', () => {
    const account = from({ user: ' me@example.com ', word: ' s3cr3t ' })
    assert.ok(account && 'password' in account)
    assert.deepEqual([account.username, account.password.reveal()], ['me@example.com', ' s3cr3t '])
    assert.doesNotMatch(inspect(account, { showHidden: true }) + JSON.stringify(account), /example|s3cr3t/)
    const hash = from({ print: ' abc= ' })
    assert.ok(hash && 'hash' in hash)
    assert.equal(hash.hash.reveal(), 'abc=')
    assert.equal(from({ user: '', word: '' }), undefined)
    assert.equal(from({}), undefined)
  })

  for (const [given, field] of [
    [{ user: 'me' }, 'word'],
    [{ word: 's3cr3t' }, 'user'],
    [{ user: ' ', word: 's3cr3t' }, 'user'],
    [{ user: 'me', word: 's3cr3t', print: 's3cr3t' }, 'user'],
    [{ word: 's3cr3t', print: 's3cr3t' }, 'word'],
  ] as const) {
    it(`names '${field}' where there is ${Object.keys(given).join(' and ')}`, () => {
      assert.throws(
        () => from(given),
        (error) => {
          assert.ok(error instanceof MonitorError)
          assert.equal(error.details.field, field)
          assert.ok(error.message.startsWith(`${field}: `))
          assert.doesNotMatch(error.message, /s3cr3t/)
          return true
        },
      )
    })
  }
})
