// The example flow with the dashboard, told which devices to poll, and given a cache, an API and metrics.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const EXAMPLE = 'examples/flows/dashboard/Live dashboard (needs FlowFuse Dashboard).json'

/** Memory alone, and short times: a dashboard is to look live. */
const STORE = { id: '6b6173610a0000c0', type: 'kasa-cache-store', name: 'Memory', history_s: 30, live_s: 10 }
const CACHED = ['kasa-fleet', 'kasa-history', 'kasa-api']
/** They stand by themselves, below the rest of the first page. */
const SERVING = [
  { id: '6b6173610a0000c1', type: 'kasa-api', name: 'http://…/kasa', path: '/kasa', wires: [[]], x: 130, y: 780 },
  { id: '6b6173610a0000c2', type: 'kasa-metrics', name: 'http://…/metrics', wires: [[], []], x: 360, y: 780 },
]

/** `devices`: the simulated ones; absent: those of the local network. */
export function demoFlow(root, devices) {
  const flow = JSON.parse(readFileSync(join(root, EXAMPLE), 'utf8'))
  const told = flow.map((node) => (node.type === 'kasa-fleet' ? { ...node, ...fleetOf(devices) } : node))
  const all = [...told, ...servingOf(flow)]
  return [...all.map((node) => (CACHED.includes(node.type) ? { ...node, cache: STORE.id } : node)), STORE]
}

function servingOf(flow) {
  const [page, database] = ['tab', 'kasa-database'].map((type) => flow.find((node) => node.type === type).id)
  return SERVING.map((node) => ({ ...node, z: page, ...(node.type === 'kasa-api' && { database }) }))
}

function fleetOf(devices) {
  if (!devices) return { name: 'Local network', targets: 'lan', add_discovered: true, discover_every_min: 5 }
  const hosts = devices.map(({ host, port, device_id, alias, model }) => {
    return { host, port, device_id, integration: 'kasa', alias, model }
  })
  const port = devices[0].port
  // Who looks at a demo does not wait for minutes.
  const interval = { fastest_s: 1, slowest_s: 20 }
  return { name: 'Simulated household', hosts, port, ...interval, add_discovered: false, discover_every_min: 0 }
}
