import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { PACK } from '../../src/files/pack'
import { Metrics } from '../../src/metrics/metrics'
import { monitoredParts } from './monitored-parts'

/** Whoever has it measures with others: the process is measured once. */
export interface MetricsUse {
  readonly metrics: Metrics
  /** May be called twice. */
  readonly release: () => void
}

let shared: Metrics | undefined
const users = new Set<object>()

/** Measuring begins with the first who asks, and ends with the last who releases it. */
export function useMetrics(RED: NodeAPI): MetricsUse {
  const user = {}
  const metrics = (shared ??= begin(RED))
  users.add(user)
  const release = () => {
    users.delete(user)
    if (users.size > 0 || shared !== metrics) return
    shared = undefined
    metrics.stop()
  }
  return { metrics, release }
}

function begin(RED: NodeAPI): Metrics {
  const { version = '' } = RED.settings as { readonly version?: string }
  const metrics = new Metrics({
    parts: monitoredParts,
    surroundings: {
      versions: { pack: PACK.version, node_red: version },
      flows: () => countNodes(RED),
    },
    folder: RED.settings.userDir ?? process.cwd(),
    clock: systemClock,
    report: ({ message }) => RED.log.warn(`Kasa Monitor cannot measure everything: ${message}`),
  })
  metrics.start()
  return metrics
}

function countNodes(RED: NodeAPI): { nodes: number; flows: number } {
  const count = { nodes: 0, flows: 0 }
  RED.nodes.eachNode(({ type }) => {
    if (type === 'tab') count.flows++
    else if (type !== 'group' && type !== 'subflow') count.nodes++
  })
  return count
}
