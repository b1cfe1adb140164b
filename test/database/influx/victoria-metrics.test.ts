import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import {
  parseInflux1Options,
  parseInflux2Options,
  parseInflux3Options,
} from '../../../src/database/influx/influx-options'
import { createInflux, examineInflux } from '../../../src/database/influx-servers'
import { systemClock } from '../../../src/domain/clock'
import { refusal } from '../../contract/database/subject'
import { startVictoriaMetrics, whyNoVictoriaMetrics } from '../../support/influx-servers'
import { skipWithout } from '../../support/skipping'
import { linesOf, outlineOf, withStore } from '../../support/influx-store'
import type { ServerProcess } from '../../support/server-process'
import { aPlan, aRetention, aTier } from '../../support/tier-plans'

const LOGIN = { username: 'writer', password: 'right one' }
// It keeps a month.
const NOW = Date.now() - 60_000

describe('VictoriaMetrics as a store', function () {
  this.timeout(60_000)
  let server: ServerProcess

  before(async function () {
    skipWithout(whyNoVictoriaMetrics(), this)
    server = await startVictoriaMetrics(LOGIN)
  })

  after(() => server?.stop())

  const optionsOf = (login: Partial<typeof LOGIN> = LOGIN) =>
    parseInflux1Options({ url: server.url, database: 'kasa', ...login })

  /** Names of all series with this label, once what was written can be seen. */
  const seriesOf = async (database: string) => {
    const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`
    const ask = (path: string) => fetch(`${server.url}${path}`, { headers: { authorization } })
    await ask('/internal/force_flush')
    const response = await ask(`/api/v1/series?match[]={db="${database}"}&start=0`)
    const { data } = (await response.json()) as { data: readonly { readonly __name__: string }[] }
    return data.map(({ __name__ }) => __name__).sort()
  }

  it('is known for what it is, although it answers as InfluxDB does', async () => {
    await withStore(optionsOf(), async (store) => {
      await store.probe()
      assert.match(store.name, /^VictoriaMetrics/)
      assert.equal(store.grace_ms, 60_000)
    })
  })

  it('gets numbers and truth values; texts make no series of zeros', async () => {
    await withStore(optionsOf(), async (store) => {
      const line = `reading,device_id=plug-1 alias="A b",power_w=12.5,host="h",on=true ${NOW}`
      assert.deepEqual(outlineOf(await store.send(linesOf(line))), { kind: 'stored' })
    })
    assert.deepEqual(await seriesOf('kasa'), ['reading_on', 'reading_power_w'])
  })

  it('has no tiers', async () => {
    await withStore(optionsOf(), async ({ tiers }) => {
      assert.equal((await refusal(tiers.prepare(aPlan(), aRetention()))).code, 'DATABASE_UNSUPPORTED')
      assert.equal((await refusal(tiers.extent('raw'))).code, 'DATABASE_UNSUPPORTED')
      assert.equal((await refusal(tiers.write(aTier(), []))).code, 'DATABASE_UNSUPPORTED')
      assert.equal((await refusal(tiers.size())).code, 'DATABASE_UNSUPPORTED')
    })
  })

  it('never gets a line that holds texts alone; it is told as bad', async () => {
    await withStore(optionsOf(), async (store) => {
      const lines = linesOf(`words v="x" ${NOW}`, `numbers v=1 ${NOW}`, `words v="y",w="z" ${NOW}`)
      assert.deepEqual(outlineOf(await store.send(lines)), { kind: 'stored', bad: [0, 2] })
      assert.deepEqual(outlineOf(await store.send(linesOf(`words v="x" ${NOW}`))), { kind: 'stored', bad: [0] })
    })
  })

  it('is sent anew what it may have forgotten, where it crashed while nothing was sent', async () => {
    await withStore(optionsOf(), async (store) => {
      const lines = linesOf(`crash v=1 ${NOW}`)
      assert.deepEqual(outlineOf(await store.send(lines)), { kind: 'stored' })
      await server.kill()
      // It counts in seconds since when it runs.
      await new Promise((resolve) => setTimeout(resolve, 1100))
      await server.run()
      const { kind, lost_connection } = outlineOf(await store.send(lines)) as Record<string, unknown>
      assert.deepEqual([kind, lost_connection], ['retry', true])
      assert.deepEqual(outlineOf(await store.send(lines)), { kind: 'stored' })
    })
  })

  it('takes lines where InfluxDB 2.x was chosen, and is refused where 3.x was', async () => {
    const common = { url: server.url, token: 'token' }
    const options = parseInflux2Options({ ...common, organization: 'home', bucket: 'kasa' })
    await withStore(options, async (store) => {
      assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), {
        kind: 'held',
        code: 'DATABASE_LOGIN_REFUSED',
      })
    })
    const open = await startVictoriaMetrics()
    try {
      await withStore({ ...options, url: open.url }, async (store) => {
        assert.deepEqual(outlineOf(await store.send(linesOf(`m v=1 ${NOW}`))), { kind: 'stored' })
      })
      const third = parseInflux3Options({ ...common, url: open.url, database: 'kasa' })
      await withStore(third, (store) => assert.rejects(store.probe(), /choose InfluxDB 1\.x/))
    } finally {
      await open.stop()
    }
  })

  it('tells a wrong login, and asks for one', async () => {
    for (const login of [{ ...LOGIN, password: 'wrong' }, {}]) {
      await withStore(optionsOf(login), (store) => assert.rejects(store.probe(), { code: 'DATABASE_LOGIN_REFUSED' }))
    }
  })

  it('cannot be read from, and says so', async () => {
    await withStore(optionsOf(), async (store) => {
      await assert.rejects(store.latest(), { code: 'DATABASE_UNSUPPORTED' })
      const { findings, rows } = await store.health()
      assert.ok((rows ?? 0) >= 0)
      assert.match(findings.join(), /numbers alone/)
    })
  })

  it('is examined, and there is nothing to create', async () => {
    const { reachable, may_write, found } = await examineInflux(optionsOf(), systemClock)
    assert.deepEqual([reachable, may_write, found], [true, true, true])
    await createInflux(optionsOf(), systemClock)
  })
})
