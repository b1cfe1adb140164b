import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { kasaMonitor } from './kasa-monitor'

const ACCOUNT = { KASA_USERNAME: 'user@example.com', KASA_PASSWORD: 'great_password' }
const HASHES = '474728be8bb983216b5b73ae1f646147' + '98affa12cd82d89b4ca3e89d6513ac1e914461bb28683d9a6dcd8dac214e22c4'
const HASH = Buffer.from(HASHES, 'hex').toString('base64')
/** Nothing listens there. */
const NOBODY = ['127.77.8.1', '--port', '9', '--timeout-ms', '100']

describe('kasa-monitor hash', function () {
  this.timeout(60_000)

  it('prints what can stand in for the account', async () => {
    assert.deepEqual(await kasaMonitor(['hash'], ACCOUNT), { code: 0, lines: [HASH], errors: [] })
  })

  it('is taken instead of the account', async () => {
    const { code, errors } = await kasaMonitor(['poll', ...NOBODY], { KASA_CREDENTIALS_HASH: HASH })
    assert.equal(code, 1)
    assert.doesNotMatch(errors.join(), /INVALID/)
  })

  for (const [title, environment, named] of [
    ['no account', {}, /KASA_PASSWORD/],
    ['half an account', { KASA_USERNAME: 'me' }, /KASA_PASSWORD/],
    ['a hash alone', { KASA_CREDENTIALS_HASH: HASH }, /KASA_PASSWORD/],
    ['both', { ...ACCOUNT, KASA_CREDENTIALS_HASH: HASH }, /KASA_USERNAME: .*KASA_CREDENTIALS_HASH/],
  ] as const) {
    it(`says what it wants where there is ${title}`, async () => {
      const { code, lines, errors } = await kasaMonitor(['hash'], environment)
      assert.deepEqual([code, lines.length, errors.length], [2, 0, 1])
      assert.match(errors[0] ?? '', named)
    })
  }

  it('refuses a hash that is none, without repeating it', async () => {
    const { code, errors } = await kasaMonitor(['poll', ...NOBODY], { KASA_CREDENTIALS_HASH: 's3cr3t-CANARY' })
    assert.equal(code, 2)
    assert.match(errors.join(), /hash/)
    assert.doesNotMatch(errors.join(), /CANARY/)
  })
})
