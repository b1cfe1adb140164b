// The example flow with the dashboard, told which devices to poll, and given a cache.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const EXAMPLE = 'examples/flows/dashboard/Live dashboard (needs FlowFuse Dashboard).json'

/** Memory alone, and short times: a dashboard is to look live. */
const STORE = { id: '6b6173610a0000c0', type: 'kasa-cache-store', name: 'Memory', history_s: 30, live_s: 10 }
const CACHED = ['kasa-fleet', 'kasa-history']

/** `devices`: the simulated ones; absent: those of the local network. */
export function demoFlow(root, devices) {
  const flow = JSON.parse(readFileSync(join(root, EXAMPLE), 'utf8'))
  const told = flow.map((node) => (node.type === 'kasa-fleet' ? { ...node, ...fleetOf(devices) } : node))
  return [...told.map((node) => (CACHED.includes(node.type) ? { ...node, cache: STORE.id } : node)), STORE]
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
