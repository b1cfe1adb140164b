import type { WriteTask } from '../contender'
import type { NodeRedTask } from './node-red-writer'

/** Ours in a flow: a message for each reading. */
export function kasaWrite(in_flight: number): NodeRedTask {
  return {
    flow: ({ url, database }: WriteTask) => [
      { id: 'database', type: 'kasa-database', kind: 'influx1', url, database },
      { id: 'writer', z: 'tab', x: 0, y: 0, wires: [], type: 'kasa-write', database: 'database' },
    ],
    message: (samples) => ({ payload: samples.reading() }),
    points_per_message: 1,
    in_flight,
    complete_is_stored: false,
  }
}
