import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { Secret } from '../../../src/domain/secret'
import { credentialsHash, Login, Logins } from '../../../src/integrations/kasa/login'

const ACCOUNT = { username: 'user@example.com', password: new Secret('great_password') }
const V1 = '474728be8bb983216b5b73ae1f646147'
const V2 = '98affa12cd82d89b4ca3e89d6513ac1e914461bb28683d9a6dcd8dac214e22c4'

const hex = (login: Login | undefined) => ([1, 2] as const).map((version) => login?.hash(version)?.toString('hex'))
const fromHash = (bytes: Uint8Array) => new Login('own', { hash: new Secret(Buffer.from(bytes).toString('base64')) })

describe('logins', () => {
  it('derive the hashes of both versions from an account', () => {
    assert.deepEqual(hex(new Login('own', ACCOUNT)), [V1, V2])
  })

  it('are the own account first, then the published ones, then the blank one', () => {
    const { all } = new Logins(ACCOUNT)
    assert.deepEqual(
      all.map((login) => [login.name, ...hex(login)]),
      [
        ['own', V1, V2],
        [
          'kasa',
          '74b751bdd208bc155ae2a6d4167cc44d',
          '49fc4839a2733ffbf464337648f65dc411778d4c03ec82c5e4cccc682163fa64',
        ],
        [
          'tapo',
          'a7317ea07dd83e3393fb702d9bf309a7',
          '7d5ae9ac18f5bb37843a4577867dd4348d8dff26c4b261ebff1b74d88adc063b',
        ],
        [
          'blank',
          '5873dd45edd01f09c1ef2e7819369e8e',
          'b8628ab91c74f531603f6d5b45e730e54c123a7247b8978272c03f1e13560cea',
        ],
      ],
    )
  })

  it('are the published ones alone where no account is set', () => {
    const { own, all } = new Logins(undefined)
    assert.equal(own, undefined)
    assert.deepEqual(
      all.map(({ name }) => name),
      ['kasa', 'tapo', 'blank'],
    )
  })

  it('give an account its password, and none where only a hash is known', () => {
    assert.equal(new Login('own', ACCOUNT).account()?.password.reveal(), 'great_password')
    assert.equal(fromHash(Buffer.alloc(48)).account(), undefined)
  })
})

describe('the hash in place of the account', () => {
  it('logs in just as the account does', () => {
    const hash = credentialsHash(ACCOUNT.username, ACCOUNT.password)
    assert.deepEqual(hex(new Login('own', { hash })), [V1, V2])
  })

  it('may be that of one version alone', () => {
    assert.deepEqual(hex(fromHash(Buffer.from(V1, 'hex'))), [V1, undefined])
    assert.deepEqual(hex(fromHash(Buffer.from(V2, 'hex'))), [undefined, V2])
  })

  it('may have blanks around it', () => {
    const hash = new Secret(` ${Buffer.from(V1, 'hex').toString('base64')}\n`)
    assert.deepEqual(hex(new Login('own', { hash })), [V1, undefined])
  })

  it('is refused, without being repeated, where it is of no known length or no base64', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const isHash = /^[\w+/]+={0,2}$/.test(text.trim()) && [16, 32, 48].includes(Buffer.from(text, 'base64').length)
        fc.pre(!isHash)
        const create = () => new Login('own', { hash: new Secret(text) })
        assert.throws(create, (thrown) => {
          assert.ok(thrown instanceof MonitorError)
          assert.equal(thrown.code, 'CONFIG_INVALID')
          assert.equal(thrown.details.field, 'hash')
          return text.length < 8 || !inspect(thrown).includes(text)
        })
      }),
    )
  })
})

describe('what is secret about a login', () => {
  it('shows in no print-out and no serialisation', () => {
    const logins = new Logins(ACCOUNT)
    const hashed = new Logins({ hash: credentialsHash(ACCOUNT.username, ACCOUNT.password) })
    hex(logins.own)
    for (const object of [logins, logins.own, hashed, hashed.own]) {
      const shown = [inspect(object, { showHidden: true, depth: 20 }), JSON.stringify(object)].join('\n')
      for (const secret of ['great_password', 'user@example.com', V1, V2, 'R0covou5gyFr']) {
        assert.ok(!shown.includes(secret), shown)
      }
      assert.doesNotMatch(shown, /Buffer/)
    }
  })
})
