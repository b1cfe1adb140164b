import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { energyFile, fleetOptions } from '../../../nodes/kasa-fleet/fleet-settings'
import { schema } from '../../../nodes/kasa-fleet/kasa-fleet.schema'
import { readSettings } from '../../../nodes/shared/schema'
import { kasa } from '../../../src/integrations/kasa/kasa'
import { FLEET_DEFAULTS } from '../../../src/polling/fleet-options'

/** Of the right length, no more. */
const HASH = Buffer.alloc(48, 7).toString('base64')
const options = (config: object, credentials = {}) =>
  fleetOptions(readSettings(schema, { ...config }), credentials, [kasa])

describe('The settings of kasa-fleet', () => {
  it('poll nothing and look nowhere until a person says so', () => {
    const { hosts, targets, add_discovered, discover_every_ms } = options({})
    assert.deepEqual(
      { hosts, targets: targets?.(), add_discovered, discover_every_ms },
      {
        hosts: [],
        targets: [],
        add_discovered: false,
        discover_every_ms: 0,
      },
    )
  })

  it('have the defaults of the poller', () => {
    const { concurrency, polls_per_minute, outlet_interval_factor, failures_until_offline } = options({})
    const limits = { concurrency, polls_per_minute, outlet_interval_factor, failures_until_offline }
    assert.deepEqual({ ...FLEET_DEFAULTS, ...limits }, FLEET_DEFAULTS)
  })

  it('give seconds as milliseconds, and a port only where one is chosen', () => {
    const { timeouts, interval, port } = options({ connect_s: '1.5', fastest_s: 3, port: 0 })
    assert.equal(timeouts?.connect_ms, 1500)
    assert.equal(interval?.minimum_ms, 3000)
    assert.equal(port, undefined)
    assert.equal(options({ port: 10_000 }).port, 10_000)
  })

  it('keep identity, port and integration of a host, and nothing that is there for the dialog', () => {
    const row = { host: '127.0.0.1', port: 99, device_id: 'A', integration: 'kasa', alias: 'Lamp', model: 'HS100' }
    assert.deepEqual(options({ hosts: [row] }).hosts, [
      { host: '127.0.0.1', port: 99, device_id: 'A', integration: 'kasa' },
    ])
  })

  it('take an account, or the hash of one, and show neither to anybody', () => {
    const { credentials } = options({}, { username: 'me', password: 's3cr3t' })
    assert.ok(credentials && 'password' in credentials)
    assert.equal(credentials.username, 'me')
    assert.equal(credentials.password.reveal(), 's3cr3t')
    const hashed = options({}, { hash: HASH }).credentials
    assert.ok(hashed && 'hash' in hashed)
    assert.equal(hashed.hash.reveal(), HASH)
    const shown = [credentials, hashed].map((each) => inspect(each, { showHidden: true }) + JSON.stringify(each)).join()
    for (const secret of ['s3cr3t', HASH]) assert.ok(!shown.includes(secret))
  })

  it('let a host belong to another account', () => {
    const hosts = [{ host: '127.0.0.1' }, { host: '127.0.0.2', login: 2 }, { host: '127.0.0.3', login: '3' }]
    const accounts = { username: 'a', password: 'A', username_2: 'b', password_2: 'B', hash_3: HASH }
    const [first, second, third] = options({ hosts }, accounts).hosts
    assert.equal(first?.credentials, undefined)
    assert.ok(second?.credentials && 'username' in second.credentials && second.credentials.username === 'b')
    assert.ok(third?.credentials && 'hash' in third.credentials)
  })

  for (const [named, credentials] of [
    [/^password: /, { username: 'me' }],
    [/^username_2: /, { password_2: 's3cr3t' }],
    [/^password_3: /, { username_3: 'me', password_3: '' }],
    [/^username: .*hash/, { username: 'me', password: 's3cr3t', hash: HASH }],
    [/^hash: /, { hash: 's3cr3t' }],
    [/^password: .*environment variable/, { username: 'me', password: '${s3cr3t}' }],
  ] as const) {
    it(`name ${named} where that half of a login is missing or wrong, and repeat nothing`, () => {
      assert.throws(
        () => options({}, credentials),
        ({ message }: Error) => named.test(message) && !message.includes('s3cr3t') && !message.includes(HASH),
      )
    })
  }

  it('name a host whose account is not filled in', () => {
    const config = { hosts: [{ host: '127.0.0.1', login: 2 }] }
    assert.throws(() => options(config, { username: 'me', password: 's3cr3t' }), /hosts\.0\.login: 2/)
    assert.throws(() => options({ hosts: [{ host: '127.0.0.1', login: 4 }] }), /hosts\.0\.login: 4/)
  })

  for (const [named, config] of [
    [/hosts\.0\.host: "300\.1\.1\.1"/, { hosts: [{ host: '300.1.1.1' }] }],
    [/hosts\.1\.host: ""/, { hosts: [{ host: '127.0.0.1' }, { host: '' }] }],
    [/hosts\.0\.port: 70000/, { hosts: [{ host: '127.0.0.1', port: 70_000 }] }],
    [/hosts/, { hosts: 'all' }],
    [/port: 70000/, { port: 70_000 }],
    [/fastest_s: 0/, { fastest_s: 0 }],
    [/fastest_s: 60 .*slowest_s/, { fastest_s: 60, slowest_s: 10 }],
    [/targets: "10\.0\.0\.0-10\.1\.134\.159"/, { targets: '127.0.0.1, 10.0.0.0-10.1.134.159' }],
    [/in_flight: 0/, { in_flight: 0 }],
    [/hosts\.0\.integration: "none"/, { hosts: [{ host: '127.0.0.1', integration: 'none' }] }],
    [/poll_over: "carrier pigeon"/, { poll_over: 'carrier pigeon' }],
    [/reply_s: "soon"/, { reply_s: 'soon' }],
  ] as const) {
    it(`are refused by name: ${JSON.stringify(config)}`, () => {
      assert.throws(() => options(config), named)
    })
  }

  it('put the totals of each fleet into a file inside the folder', () => {
    assert.equal(energyFile('/data', 'a1b2'), '/data/energy-a1b2.json')
    assert.equal(energyFile('/data', '../../etc/passwd'), '/data/energy-..%2F..%2Fetc%2Fpasswd.json')
  })
})
