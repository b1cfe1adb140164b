import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  parseInflux1Options,
  parseInflux2Options,
  parseInflux3Options,
} from '../../../src/database/influx/influx-options'
import { MonitorError } from '../../../src/domain/errors'

const CANARY = 's3cr3t-CANARY'
const URL_1 = 'http://localhost:8086'

function errorOf(work: () => unknown): MonitorError {
  try {
    work()
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    return thrown
  }
  return assert.fail('nothing was refused')
}

describe('Settings of an InfluxDB server', () => {
  it('take what was given, and the rest by default', () => {
    const options = parseInflux1Options({ url: 'http://localhost:8086/', database: ' kasa ' })
    assert.deepEqual(options, {
      kind: 'influx1',
      url: URL_1,
      database: 'kasa',
      timeout_ms: 10_000,
      connections: 2,
      verify_certificate: 'yes',
    })
    const { organization, bucket } = parseInflux2Options({ url: URL_1, organization: 'home', bucket: 'kasa' })
    assert.deepEqual([organization, bucket], ['home', 'kasa'])
    assert.equal(parseInflux3Options({ url: 'https://h:8181/x/', database: 'kasa' }).url, 'https://h:8181/x')
  })

  it('take a retention policy, a login and a token where they are given', () => {
    const given = { url: URL_1, database: 'kasa', retention_policy: 'raw', username: 'me', password: CANARY }
    const { retention_policy, login } = parseInflux1Options(given)
    assert.deepEqual([retention_policy, login?.username, login?.password.reveal()], ['raw', 'me', CANARY])
    assert.equal(parseInflux3Options({ url: URL_1, database: 'kasa', token: `${CANARY}\n` }).token?.reveal(), CANARY)
  })

  for (const url of ['', 'localhost:8086', 'ftp://host', 'http://', 'http://host/?u=me', 'http://host/api/v2', 8086]) {
    it(`refuse ${JSON.stringify(url)} as an address`, () => {
      const { code, details } = errorOf(() => parseInflux1Options({ url, database: 'kasa' }))
      assert.deepEqual([code, details.field], ['CONFIG_INVALID', 'url'])
    })
  }

  it('name what is missing', () => {
    assert.equal(errorOf(() => parseInflux1Options({ url: URL_1 })).details.field, 'database')
    assert.equal(errorOf(() => parseInflux2Options({ url: URL_1, bucket: 'kasa' })).details.field, 'organization')
    assert.equal(errorOf(() => parseInflux2Options({ url: URL_1, organization: 'home' })).details.field, 'bucket')
    const half = { url: URL_1, database: 'kasa', username: 'me' }
    assert.equal(errorOf(() => parseInflux1Options(half)).details.field, 'password')
    assert.equal(errorOf(() => parseInflux1Options({ ...half, username: '', password: 'x' })).details.field, 'username')
  })

  it('never repeat a password or token, whatever is wrong', () => {
    const common = { url: URL_1, database: 'kasa', organization: 'home', bucket: 'kasa' }
    const wrong = [
      () => parseInflux1Options({ ...common, url: `http://me:${CANARY}@localhost:8086` }),
      () => parseInflux1Options({ ...common, url: `htp://me:${CANARY}@localhost:8086` }),
      () => parseInflux1Options({ ...common, url: `http://local host/?p=${CANARY}` }),
      () => parseInflux1Options({ ...common, password: CANARY }),
      () => parseInflux1Options({ ...common, username: 'a:b', password: CANARY }),
      () => parseInflux2Options({ ...common, token: `two words ${CANARY}` }),
      () => parseInflux3Options({ ...common, token: [CANARY] }),
    ]
    for (const parse of wrong) {
      assert.ok(!inspect(errorOf(parse), { depth: 9, showHidden: true }).includes(CANARY), parse.toString())
    }
    const options = parseInflux1Options({ ...common, username: 'me', password: CANARY })
    assert.ok(!inspect(options, { depth: 9, showHidden: true }).includes(CANARY))
    assert.ok(!JSON.stringify(options).includes(CANARY))
  })

  it('are checked settings or a coded error, whatever is given', () => {
    const keys = ['url', 'database', 'organization', 'bucket', 'retention_policy', 'username', 'password', 'token']
    const value = fc.oneof(fc.string(), fc.constant(URL_1), fc.anything())
    const given = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] })
    fc.assert(
      fc.property(
        given,
        fc.constantFrom(parseInflux1Options, parseInflux2Options, parseInflux3Options),
        (all, parse) => {
          try {
            assert.ok(URL.canParse(parse(all).url))
          } catch (thrown) {
            assert.ok(thrown instanceof MonitorError && thrown.code === 'CONFIG_INVALID', String(thrown))
          }
        },
      ),
    )
  })
})
