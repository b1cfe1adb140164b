const placed = { z: 'tab', x: 0, y: 0 } as const
const hit = { ...placed, id: 'hit', type: 'debug', active: false, complete: 'false', wires: [] } as const

/** Nodes `set` and `get`; what was there goes to `hit`. */
export const FLOWS = {
  'node-red-contrib-cache': [
    { id: 'store', type: 'Cache', defaultTtl: 600 },
    { ...placed, id: 'set', type: 'Cache out', cache: 'store', wires: [] },
    { ...placed, id: 'get', type: 'Cache in', cache: 'store', outputs: 2, wires: [['hit'], []] },
    hit,
  ],
  'kasa-cache': [
    { id: 'store', type: 'kasa-cache-store', flow_s: 600 },
    { ...placed, id: 'set', type: 'kasa-cache', store: 'store', operation: 'set', wires: [[]] },
    { ...placed, id: 'get', type: 'kasa-cache', store: 'store', operation: 'get', wires: [['hit'], []] },
    hit,
  ],
} as const satisfies Record<string, readonly object[]>
export type FlowName = keyof typeof FLOWS
