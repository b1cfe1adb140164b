import assert from 'node:assert/strict'
import type { NodeAPI } from 'node-red'
import { describe, it } from 'mocha'
import { useMetrics } from '../../../nodes/shared/shared-metrics'

const RED = {
  settings: { userDir: __dirname, version: '4.1.0' },
  log: { warn: () => undefined },
  nodes: {
    eachNode: (visit: (node: { type: string }) => void) =>
      ['tab', 'inject', 'subflow', 'subflow:a', 'group', 'kasa-fleet'].forEach((type) => visit({ type })),
  },
} as unknown as NodeAPI

describe('Metrics of a Node-RED', () => {
  it('are gathered once for all who ask, until the last has gone', () => {
    const [one, other] = [useMetrics(RED), useMetrics(RED)]
    assert.equal(one.metrics, other.metrics)
    one.release()
    one.release()
    const third = useMetrics(RED)
    assert.equal(third.metrics, other.metrics)
    other.release()
    third.release()
    const later = useMetrics(RED)
    assert.notEqual(later.metrics, one.metrics)
    later.release()
  })

  it('count the nodes and flows that are deployed', async () => {
    const { metrics, release } = useMetrics(RED)
    try {
      const { process: figures } = await metrics.snapshot()
      assert.deepEqual(figures.flows, { nodes: 3, flows: 1 })
      assert.equal(figures.versions.node_red, '4.1.0')
      assert.match(figures.versions.pack, /^\d+\.\d+\.\d+/)
    } finally {
      release()
    }
  })
})
