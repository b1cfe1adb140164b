import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'mocha'
import type { Figures } from '../../src/metrics/figures'
import { inEachNodeRed, PROJECT, type FlowNode } from '../support/node-red'

const load = (file: string) => JSON.parse(readFileSync(join(PROJECT, 'examples', 'flows', file), 'utf8')) as FlowNode[]

inEachNodeRed('The examples of metrics', (nodeRed) => {
  const named = (flow: FlowNode[], name: string) => flow.find((node) => node.name === name)?.id ?? name

  it('"Watch the server" measures, stores and watches', async () => {
    const flow = load('Watch the server.json')
    await nodeRed().deployAsIs(flow)
    await nodeRed().send(named(flow, 'how does it do?'), {})
    const { payload, measurement } = await nodeRed().receive(named(flow, 'figures'))
    assert.equal(measurement, 'kasa_metrics')
    assert.ok(((payload as Figures).memory_pct ?? 0) > 0)
    await nodeRed().status(named(flow, 'store'), /^1 written$/)
    await nodeRed().status(named(flow, 'limits'), /, 1 watched|firing|pending/)
    assert.deepEqual(nodeRed().errors, [])
  })

  it('"Metrics for Prometheus" answers what Prometheus would get', async () => {
    const url = `${nodeRed().url}/metrics`
    const flow = load('Metrics for Prometheus.json').map((node) => ({ ...node, ...('url' in node && { url }) }))
    await nodeRed().deployAsIs(flow)
    await nodeRed().send(named(flow, 'look at it'), {})
    const { payload } = await nodeRed().receive(named(flow, 'lines'))
    assert.ok((payload as string[]).includes('kasa_node_red_flows 1'))
    assert.deepEqual(nodeRed().errors, [])
  })
})
