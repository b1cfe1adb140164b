import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { InfluxConnection } from '../../../src/database/influx/influx-connection'
import { assertFits, recognise, type Server } from '../../../src/database/influx/server-recognition'
import { systemClock } from '../../../src/domain/clock'
import { ScriptedServer, type Received, type Reply } from '../../support/scripted-server'

/** A path that is not named answers 404. */
type Site = Readonly<Record<string, Reply>>

class Pages extends ScriptedServer {
  site: Site = {}
  protected override answer({ path }: Received): Reply {
    return this.site[path] ?? { status: 404, body: '404 page not found' }
  }
}

const pingOf = (version: string, build?: string): Site => ({
  '/ping': { status: 204, headers: { 'X-Influxdb-Version': version, ...(build && { 'X-Influxdb-Build': build }) } },
})
const METRICS =
  'vm_app_uptime_seconds 2\nvm_app_version{version="victoria-metrics-tags-v1.102.1", short_version="v1.102.1"} 1\n'

describe('What answers at an address', () => {
  let pages: Pages
  let connection: InfluxConnection

  beforeEach(async () => {
    pages = await new Pages().start()
    const settings = {
      timeout_ms: 5000,
      connections: 2,
      verify_certificate: 'yes',
      authorization: () => undefined,
    } as const
    connection = new InfluxConnection({ url: pages.url, ...settings, clock: systemClock })
  })

  afterEach(async () => {
    connection.stop()
    await pages.stop()
  })

  const find = (site: Site): Promise<Server> => {
    pages.site = site
    return recognise(connection)
  }

  it('is InfluxDB by the version that it names', async () => {
    for (const [version, build, generation, name] of [
      ['1.6.7~rc0', 'OSS', 1, 'InfluxDB 1.6.7'],
      ['1.12.2-c1.12.2', 'ENT', 1, 'InfluxDB 1.12.2'],
      ['1.2.4', undefined, 1, 'InfluxDB 1.2.4'],
      ['v2.7.12', 'OSS', 2, 'InfluxDB 2.7.12'],
      ['3.2.1', 'Core', 3, 'InfluxDB 3.2.1'],
    ] as const) {
      assert.deepEqual(await find(pingOf(version, build)), { product: 'InfluxDB', name, generation })
    }
  })

  it('is InfluxDB of whatever generation was chosen where it names none', async () => {
    const server = await find(pingOf('4e8ba9a', 'Cloud2'))
    assert.deepEqual(server, { product: 'InfluxDB', name: 'InfluxDB' })
    for (const chosen of [1, 2, 3] as const) assertFits(server, chosen, pages.url)
  })

  it('is InfluxDB by its answers where a proxy drops the headers', async () => {
    const health = { name: 'influxdb', status: 'pass', version: 'v2.7.12' }
    const second = { '/ping': { status: 204 }, '/health': { status: 200, body: health } }
    assert.equal((await find(second)).name, 'InfluxDB 2.7.12')
    const third = { '/ping': { status: 200, body: { version: '3.2.1' } }, '/health': { status: 200, body: 'OK' } }
    assert.equal((await find(third)).name, 'InfluxDB 3.2.1')
  })

  it('is VictoriaMetrics although it names a version of InfluxDB', async () => {
    const metrics = { '/metrics': { status: 200, body: METRICS } }
    const expected = { product: 'VictoriaMetrics', name: 'VictoriaMetrics 1.102.1' }
    assert.deepEqual(await find({ ...pingOf('1.8.0'), ...metrics }), expected)
    const ping = { '/ping': { status: 204, headers: { 'X-Server-Hostname': 'vm' } } }
    assert.deepEqual(await find({ ...ping, ...metrics }), expected)
    assert.deepEqual(await find(ping), { product: 'VictoriaMetrics', name: 'VictoriaMetrics' })
  })

  it('is refused where it is something else, although it says OK to everything', async () => {
    const sites: Site[] = [
      {},
      { '/ping': { status: 204 }, '/health': { status: 200, body: 'OK' } },
      { '/ping': { status: 200, body: '<html>' }, '/health': { status: 200, body: { name: 'grafana' } } },
      { '/ping': { status: 200, body: 'null' }, '/health': { status: 200, body: '[1]' } },
      { '/ping': { status: 302, headers: { location: 'https://elsewhere/' } } },
    ]
    for (const site of sites) await assert.rejects(find(site), { code: 'DATABASE_UNSUPPORTED' })
  })

  it('tells of a login that it asks for, and of its own trouble', async () => {
    for (const status of [401, 403]) {
      await assert.rejects(find({ '/ping': { status } }), { code: 'DATABASE_LOGIN_REFUSED' })
      const behind = { '/ping': { status: 404 }, '/health': { status } }
      await assert.rejects(find(behind), { code: 'DATABASE_LOGIN_REFUSED' })
    }
    for (const status of [500, 502, 503]) {
      await assert.rejects(find({ '/ping': { status } }), { code: 'DATABASE_UNAVAILABLE' })
    }
  })
})

describe('What was chosen', () => {
  const refusalOf = (server: Server, chosen: 1 | 2 | 3) => {
    try {
      assertFits(server, chosen, 'http://host')
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }

  it('has to be what is there; a person is told what to choose', () => {
    const second: Server = { product: 'InfluxDB', name: 'InfluxDB 2.7.12', generation: 2 }
    assert.equal(refusalOf(second, 2), undefined)
    assert.equal(refusalOf(second, 1), 'http://host is InfluxDB 2.7.12, not InfluxDB 1.x: choose InfluxDB 2.x')
    assert.equal(refusalOf(second, 3), 'http://host is InfluxDB 2.7.12, not InfluxDB 3.x: choose InfluxDB 2.x')
  })

  it('may be InfluxDB 1.x or 2.x for VictoriaMetrics', () => {
    const server: Server = { product: 'VictoriaMetrics', name: 'VictoriaMetrics' }
    assert.deepEqual([refusalOf(server, 1), refusalOf(server, 2)], [undefined, undefined])
    assert.match(refusalOf(server, 3) ?? '', /choose InfluxDB 1\.x/)
  })
})
