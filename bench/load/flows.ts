import type { SimulatedHost } from './run-devices'

const placed = { z: 'tab', x: 0, y: 0 } as const

/** What a home has: everything polled, stored, served and measured. `/figures` has what `kasa-metrics` measured since it was asked last. */
export function homeFlows(hosts: readonly SimulatedHost[]): readonly object[] {
  const rows = hosts.map((host) => ({ ...host, integration: 'kasa' }))
  return [
    { id: 'tab', type: 'tab', label: 'load' },
    { id: 'fleet', type: 'kasa-fleet', name: '', hosts: rows, port: hosts[0]?.port, fastest_s: 1, slowest_s: 5 },
    // With so small a spool, its files come and go during a run.
    { id: 'database', type: 'kasa-database', name: '', kind: 'sqlite', file: 'readings.sqlite', spool_mb: 4 },
    { ...placed, id: 'poll', type: 'kasa-poll', fleet: 'fleet', emit: 'always', wires: [['write'], []] },
    { ...placed, id: 'write', type: 'kasa-write', database: 'database', wires: [] },
    // All clients have one address here.
    { ...placed, id: 'api', type: 'kasa-api', path: '/kasa', database: 'database', requests_per_min: 0, wires: [[]] },
    { ...placed, id: 'ask', type: 'http in', url: '/figures', method: 'get', wires: [['metrics']] },
    { ...placed, id: 'metrics', type: 'kasa-metrics', path: '/metrics', interval_s: 0, wires: [['answer'], []] },
    { ...placed, id: 'answer', type: 'http response', wires: [] },
  ]
}
