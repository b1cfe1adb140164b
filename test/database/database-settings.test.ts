import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, it } from 'mocha'
import { fingerprintOf, nameOf, parseDatabaseSettings } from '../../src/database/database-settings'

const BASE = '/data'
const parse = (given: object) => parseDatabaseSettings(given as Readonly<Record<string, unknown>>, BASE)
const influx1 = { kind: 'influx1', url: 'http://localhost:8086', database: 'kasa' }
const influx2 = { kind: 'influx2', url: 'http://localhost:8086', organization: 'home', bucket: 'kasa' }
const influx3 = { kind: 'influx3', url: 'http://localhost:8181', database: 'kasa' }

describe('The settings of a database', () => {
  it('have the spool of a file beside it', () => {
    assert.equal(parse({ kind: 'sqlite', file: 'a.sqlite' }).folder, `${BASE}/a.sqlite.spool`)
    assert.equal(parse({ kind: 'sqlite', file: ' /srv/a.sqlite ' }).folder, '/srv/a.sqlite.spool')
  })

  it('have the spool of a server below the base, one for each place on it', () => {
    const others = [
      ...[influx1, influx2, influx3, { ...influx1, database: 'b' }, { ...influx1, retention_policy: 'week' }],
      ...[
        { ...influx1, url: 'http://localhost:8087' },
        { ...influx2, organization: 'b' },
        { ...influx2, bucket: 'b' },
      ],
    ]
    const folders = others.map((given) => parse(given).folder)
    for (const folder of folders) assert.match(folder, /^\/data\/kasa-monitor-spool\/influx[123]-[0-9a-f]{12}$/)
    assert.equal(new Set(folders).size, others.length)
  })

  it('lead to the same spool whatever the login and the options', () => {
    const folders = [{}, { username: 'a', password: 'b' }, { batch_points: 5 }, { url: 'http://localhost:8086/' }]
    assert.equal(new Set(folders.map((more) => parse({ ...influx1, ...more }).folder)).size, 1)
  })

  it('have a fingerprint that changes with each of them, secrets included, and gives none away', () => {
    const others = [influx2, { ...influx2, token: 'CANARY' }, { ...influx2, token: 'abc' }, { ...influx2, spool_mb: 5 }]
    const prints = others.map((given) => fingerprintOf(parse(given)))
    assert.equal(new Set(prints).size, others.length)
    assert.equal(fingerprintOf(parse(influx2)), prints[0])
    for (const print of prints) assert.match(print, /^[0-9a-f]{64}$/)
    assert.doesNotMatch(inspect(parse({ ...influx2, token: 'CANARY' }), { depth: 9 }), /CANARY/)
  })

  it('have a name that people know', () => {
    assert.equal(nameOf(parse(influx1)), 'http://localhost:8086 kasa')
    assert.equal(nameOf(parse(influx2)), 'http://localhost:8086 home kasa')
    assert.equal(nameOf(parse({ kind: 'sqlite', file: 'a' })), `${BASE}/a`)
  })

  for (const [field, given] of [
    ['kind', { kind: 'papyrus' }],
    ['file', { kind: 'sqlite', file: ' ' }],
    ['file', { kind: 'sqlite' }],
    ['cache_mb', { kind: 'sqlite', file: 'a', cache_mb: 0 }],
    ['spool_mb', { ...influx1, spool_mb: 0 }],
    ['url', { ...influx2, url: 'localhost' }],
    ['bucket', { ...influx2, bucket: '' }],
    ['database', { ...influx3, database: '' }],
  ] as const) {
    it(`name the setting where ${field} is wrong in ${JSON.stringify(given)}`, () => {
      assert.throws(() => parse(given), { code: 'CONFIG_INVALID', message: new RegExp(`^${field}: `) })
    })
  }
})
