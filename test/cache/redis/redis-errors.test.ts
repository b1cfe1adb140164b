import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { redisError } from '../../../src/cache/redis/redis-errors'
import type { ErrorCode } from '../../../src/domain/errors'

const AT = 'redis://nas:6379/0'

/** As Redis 6 and 7 say it. */
const SAID: Readonly<Record<string, readonly [ErrorCode, RegExp]>> = {
  'WRONGPASS invalid username-password pair or user is disabled.': ['CACHE_LOGIN_REFUSED', /user or password/],
  'NOAUTH HELLO must be called with the client already authenticated': ['CACHE_LOGIN_REFUSED', /user or password/],
  "NOPERM this user has no permissions to run the 'eval' command": ['CACHE_LOGIN_REFUSED', /allows it too little/],
  "ERR The user executing the script can't run this command or subcommand script: 1": ['CACHE_LOGIN_REFUSED', /allows/],
  'DENIED Redis is running in protected mode': ['CACHE_LOGIN_REFUSED', /allows/],
  'NOPROTO unsupported protocol version': ['CACHE_UNSUPPORTED', /too old/],
  'ERR unknown command `HELLO`, with args beginning with: `3` `AUTH` `x` `word`': ['CACHE_UNSUPPORTED', /Redis 6/],
  'MOVED 3999 127.0.0.1:6381': ['CACHE_UNSUPPORTED', /redis-cluster:/],
  'ERR max number of clients reached': ['CACHE_UNAVAILABLE', /no more connections/],
  'LOADING Redis is loading the dataset in memory': ['CACHE_UNAVAILABLE', /loading/],
  "READONLY You can't write against a read only replica.": ['CACHE_UNAVAILABLE', /only lets read/],
  "OOM command not allowed when used memory > 'maxmemory'.": ['CACHE_UNAVAILABLE', /full/],
  'ERR Error running script (call to f_1): @user_script:5: -OOM command not allowed': ['CACHE_UNAVAILABLE', /full/],
  'MISCONF Redis is configured to save RDB snapshots': ['CACHE_UNAVAILABLE', /cannot save/],
  'CLUSTERDOWN The cluster is down': ['CACHE_UNAVAILABLE', /part of the cluster/],
  'EXECABORT Transaction discarded because of: OOM command not allowed': ['CACHE_UNAVAILABLE', /refused a transaction/],
  'SOMETHING new': ['CACHE_UNAVAILABLE', /it failed \(SOMETHING\)/],
  'Socket closed unexpectedly': ['CACHE_UNAVAILABLE', /the connection has ended/],
}

describe('what Redis says', () => {
  for (const [said, [code, text]] of Object.entries(SAID)) {
    it(`becomes an error of ours: ${said}`, () => {
      const error = redisError(new Error(said), AT)
      assert.equal(error.code, code)
      assert.match(error.message, text)
      assert.ok(error.message.startsWith(`${AT}: `))
    })
  }

  it('is not repeated, because it may repeat the password', () => {
    const error = redisError(new Error('ERR unknown command `HELLO`, with args beginning with: `3` `word`'), AT)
    assert.ok(!error.message.includes('word'))
    assert.equal(error.cause, undefined)
  })

  it('becomes an error of ours where the system says it', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'EOTHER', 'SELF_SIGNED_CERT_IN_CHAIN']) {
      const error = redisError(Object.assign(new Error(`connect ${code}`), { code }), AT)
      assert.equal(error.code, 'CACHE_UNAVAILABLE')
      assert.ok(error.message.length > AT.length + 5)
    }
    for (const thrown of [undefined, null, 'text', {}]) assert.equal(redisError(thrown, AT).code, 'CACHE_UNAVAILABLE')
  })
})
