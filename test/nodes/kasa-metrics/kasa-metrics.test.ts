import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'mocha'
import type { Figures } from '../../../src/metrics/figures'
import type { PartHealth } from '../../../src/serving/api-sources'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { type Prometheus, promtool, startPrometheus, whyNoPrometheus } from '../../support/prometheus'
import { assertNothingLeft, resources } from '../../support/resources'
import { fleetNode, simulatorFor } from '../../support/simulated-fleet'
import { soon } from '../../support/soon'

inEachNodeRed('kasa-metrics', (current) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))

  const simulator = simulatorFor((home) => void home.addPlug({ alias: 'Kettle', power: 42 }))
  const metrics = (more: object = {}): FlowNode => {
    return { id: 'metrics', type: 'kasa-metrics', interval_s: 0, wires: [['figures'], ['health']], ...more }
  }
  const scrape = async (path = '/metrics') => (await fetch(`${nodeRed.url}${path}`)).text()

  it('leaves nothing behind', async () => {
    await nodeRed.deploy([])
    const before = resources()
    for (let round = 0; round < 3; round++) await nodeRed.deploy([metrics({ interval_s: 1 })])
    await nodeRed.deploy([])
    await assertNothingLeft(before)
  })

  const missing = whyNoPrometheus()
  // It makes its first scrape 5 s after its start, whatever it is told: the other tests run meanwhile.
  describe('beside a Prometheus', () => {
    let prometheus: Prometheus | undefined
    before(async () => {
      if (missing === undefined) prometheus = await startPrometheus(new URL(current().url).host, '/metrics')
    })
    after(() => prometheus?.stop())

    it('answers at its path as soon as it is deployed, and no longer after it is gone', async () => {
      await nodeRed.deploy([metrics()])
      assert.match(await scrape(), /^kasa_node_red_nodes \d+$/m)
      await nodeRed.status('metrics', /^at \/metrics$/)
      await nodeRed.deploy([metrics({ path: '/kasa/figures' })])
      assert.equal((await fetch(`${nodeRed.url}/metrics`)).status, 404)
      assert.match(await scrape('/kasa/figures'), /^kasa_build_info{.*node_red="\d/m)
      await nodeRed.deploy([])
      assert.equal((await fetch(`${nodeRed.url}/kasa/figures`)).status, 404)
    })

    it('serves nothing where it has no path, and measures all the same', async () => {
      await nodeRed.deploy([metrics({ path: '' })])
      assert.equal((await fetch(`${nodeRed.url}/metrics`)).status, 404)
      await nodeRed.send('metrics', {})
      assert.ok((await nodeRed.receive('figures')).payload)
    })

    it('names a path that is none, and one that another node has', async () => {
      await nodeRed.deploy([metrics({ path: 'metrics' })])
      assert.match(nodeRed.errors[0] ?? '', /path: "metrics" is not allowed; expected a path such as/)
      await nodeRed.deploy([metrics(), metrics({ id: 'second' })])
      assert.match(nodeRed.errors[0] ?? '', /path: "\/metrics" .* no other node serves/)
    })

    it('answers a message with figures for alerts, in a form that kasa-write takes', async () => {
      await nodeRed.deploy([
        metrics({ name: 'server', wires: [['write', 'figures'], []] }),
        { id: 'write', type: 'kasa-write', database: 'database', wires: [] },
        { id: 'database', type: 'kasa-database', kind: 'sqlite', file: 'metrics-test.sqlite' },
      ])
      await nodeRed.status('database', /^open$/)
      await nodeRed.send('metrics', { request: 7 })
      const { topic, measurement, payload, health, ready, request } = await nodeRed.receive('figures')
      assert.deepEqual([topic, measurement, request, ready], ['server', 'kasa_metrics', 7, true])
      const { memory_pct = 0, disk_pct = 0, database_pool_pct = -1 } = payload as Figures
      assert.ok(memory_pct > 0 && disk_pct > 0 && database_pool_pct >= 0)
      assert.deepEqual(
        (health as PartHealth[]).map(({ kind, name }) => [kind, name]),
        [['database', 'database']],
      )
      await nodeRed.status('metrics', /^1 part, well$/)
      await nodeRed.status('write', /^1 written$/)
    })

    it('sends figures every so often', async () => {
      await nodeRed.deploy([metrics({ interval_s: 1 })])
      const { payload } = await nodeRed.receive('figures')
      assert.ok(((payload as Figures).event_loop_delay_ms ?? -1) >= 0)
    })

    it('tells when a part is no longer well', async () => {
      await nodeRed.deploy([
        metrics(),
        { id: 'store', type: 'kasa-cache-store', name: 'shared', redis_url: 'redis://127.0.0.1:9' },
        { id: 'cache', type: 'kasa-cache', store: 'store', operation: 'get', wires: [[], []] },
      ])
      await nodeRed.status('store', /^memory alone/)
      await nodeRed.send('metrics', {})
      const { topic, payload } = await nodeRed.receive('health')
      assert.equal(topic, 'cache shared')
      const { state, previous, code } = payload as PartHealth & { previous: string }
      assert.deepEqual([state, previous, code], ['degraded', 'ok', 'CACHE_UNAVAILABLE'])
      await nodeRed.status('metrics', /^degraded: cache shared$/)
    })

    if (missing !== undefined) it.skip(`is scraped by it; not run: ${missing}`)
    else {
      it('is scraped by it, which knows every device then', async () => {
        await nodeRed.deploy([metrics(), fleetNode(simulator(), simulator().devices)])
        const value = async (expression: string) => (await prometheus?.query(expression))?.[0]?.value ?? -1
        await soon(async () => {
          assert.equal(await value('sum(kasa_device_online)'), 1)
          assert.equal(await value('kasa_device_power_watts{alias="Kettle"}'), 42)
        })
        assert.equal(await value('up'), 1)
        const quantile = 'histogram_quantile(0.95, sum by (le) (kasa_poll_duration_seconds_bucket))'
        assert.ok((await value(quantile)) > 0)
        assert.ok((await value('count({__name__=~"kasa_.*"})')) > 100)
        assert.equal(promtool(['check', 'metrics'], await scrape()), '')
      })
    }
  })
})
