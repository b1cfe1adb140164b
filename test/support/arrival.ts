import type { DatabaseHealth } from '../../src/database/database'
import type { FlowNode, NodeRed } from './node-red'

/** Tells `arrived` how the database `database` of a flow is. */
export const ARRIVAL: FlowNode = {
  id: 'arrival',
  type: 'kasa-history',
  database: 'database',
  operation: 'health',
  wires: [['arrived']],
}

/** Until the database has all that it has accepted: a question waits for a second at most, and a busy machine takes longer. */
export async function arrival(nodeRed: NodeRed): Promise<void> {
  for (let waiting = Infinity; waiting > 0;) {
    await nodeRed.send(ARRIVAL.id, {})
    waiting = ((await nodeRed.receive('arrived')).payload as DatabaseHealth).spool.points
  }
}
