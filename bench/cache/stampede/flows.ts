import { BenchNodeRed } from '../../support/node-red'
import { ASKS, KEY, LOAD_MS, TTL_S, type Stampede } from './question'

const placed = { z: 'tab', x: 0, y: 0 } as const
const load = {
  ...placed,
  id: 'load',
  type: 'delay',
  pauseType: 'delay',
  timeout: LOAD_MS,
  timeoutUnits: 'milliseconds',
  wires: [['set']],
} as const
const answered = { ...placed, id: 'answered', type: 'debug', active: false, complete: 'false', wires: [] } as const

/** As its example is wired: what was loaded goes on to whoever asked, and is kept. */
export const peerFlow: readonly object[] = [
  { id: 'store', type: 'Cache', defaultTtl: TTL_S },
  { ...placed, id: 'ask', type: 'Cache in', cache: 'store', outputs: 2, wires: [['answered'], ['load']] },
  { ...load, wires: [['set', 'answered']] },
  { ...placed, id: 'set', type: 'Cache out', cache: 'store', wires: [] },
  answered,
]

export const kasaCacheFlow: readonly object[] = [
  { id: 'store', type: 'kasa-cache-store' },
  { ...placed, id: 'ask', type: 'kasa-cache', store: 'store', operation: 'get', wires: [['answered'], ['load']] },
  load,
  { ...placed, id: 'set', type: 'kasa-cache', store: 'store', operation: 'set', wires: [['answered']] },
  answered,
]

/** 1,000 messages with one topic, of which the value is not there. */
export async function nodeRedStampede(flow: readonly object[]): Promise<() => Promise<Stampede>> {
  const nodeRed = new BenchNodeRed()
  await nodeRed.start(flow)
  return () =>
    new Promise((resolve) => {
      let [loads, answers] = [0, 0]
      nodeRed.onReceive((node) => {
        if (node === 'load') loads++
        if (node === 'answered' && ++answers === ASKS) resolve(nodeRed.stop().then(() => ({ loads, answers })))
      })
      for (let asks = 0; asks < ASKS; asks++) nodeRed.send('ask', { topic: KEY, payload: '' })
    })
}
