import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, it } from 'mocha'
import {
  parseInflux1Options,
  parseInflux2Options,
  parseInflux3Options,
  type InfluxOptions,
} from '../../../src/database/influx/influx-options'
import { createInflux, examineInflux } from '../../../src/database/influx-servers'
import { systemClock } from '../../../src/domain/clock'
import { linesOf, withStore } from '../../support/influx-store'
import { ScriptedServer, type Fault, type Received, type Reply } from '../../support/scripted-server'

const CANARY = 's3cr3t-CANARY'
const WRITINGS = [CANARY, Buffer.from(`me:${CANARY}`).toString('base64'), Buffer.from(CANARY).toString('base64')]
const LINES = linesOf('m v=1 1767571200000', 'bad')

/** A server of the generation that is wanted, or one that repeats what it was told. */
class Gossip extends ScriptedServer {
  constructor(private readonly version: string) {
    super()
  }

  protected override answer({ path, headers }: Received): Reply {
    const own = { 'X-Influxdb-Build': 'OSS', 'X-Influxdb-Version': this.version }
    const body = { error: `${headers.authorization}`, message: `${headers.authorization}`, code: 'invalid' }
    return path === '/ping' ? { status: 204, headers: own } : { status: 401, headers: own, body }
  }
}

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  ...[400, 401, 403, 404, 413, 422, 429, 500, 503, 200, 302].map((status) => ({ status, body: 'no' })),
  ...(['reset', 'cut', 'silence'] as const),
]

describe('Passwords and tokens of a server', function () {
  this.timeout(30_000)
  const common = { timeout_ms: 100, database: 'kasa', organization: 'home', bucket: 'kasa' }
  const kinds: readonly [string, string, (url: string) => InfluxOptions][] = [
    ['1.x', '1.8.10', (url) => parseInflux1Options({ ...common, url, username: 'me', password: CANARY })],
    ['2.x', 'v2.7.12', (url) => parseInflux2Options({ ...common, url, token: CANARY })],
    ['3.x', '3.2.1', (url) => parseInflux3Options({ ...common, url, token: CANARY })],
  ]

  for (const [title, version, optionsOf] of kinds) {
    it(`are seen nowhere, whatever goes wrong with InfluxDB ${title}`, async () => {
      const seen: [string, unknown][] = []
      for (const fault of FAULTS) {
        const server = await new Gossip(version).start()
        if (fault) for (const path of ['/write', '/api', '/query']) server.fail(path, fault, 100)
        const options = optionsOf(server.url)
        const note = (what: string, value: unknown) => void seen.push([`${what} on ${inspect(fault)}`, value])
        await withStore(options, async (store) => {
          note('probe', await store.probe().catch((error: unknown) => error))
          note('send', await store.send(LINES))
          note('latest', await store.latest().catch((error: unknown) => error))
          note('health', await store.health())
          note('store', inspect(store, { depth: 12, showHidden: true }))
        })
        note('examination', await examineInflux(options, systemClock))
        note('creation', await createInflux(options, systemClock).catch((error: unknown) => error))
        assert.ok(server.requests.some(({ headers }) => WRITINGS.some((text) => headers.authorization?.includes(text))))
        await server.stop()
      }
      for (const [what, value] of seen) {
        const text = inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
        for (const writing of WRITINGS) assert.ok(!text.includes(writing), `${what}: ${text.slice(0, 2000)}`)
      }
    })
  }
})
