import type { WriteTask } from '../contender'
import type { NodeRedTask } from './node-red-writer'

function server({ url, database }: WriteTask): object {
  const { hostname, port } = new URL(url)
  return { id: 'server', type: 'influxdb', influxdbVersion: '1.x', hostname, port, protocol: 'http', database }
}

const writer = { id: 'writer', z: 'tab', x: 0, y: 0, wires: [], influxdb: 'server', precision: 'ms' } as const

/** `influxdb out` of node-red-contrib-influxdb: a message for each reading. */
export const influxdbOut: NodeRedTask = {
  flow: (task) => [server(task), { ...writer, type: 'influxdb out' }],
  message(samples) {
    const { measurement, fields, tags, timestamp } = samples.point()
    return { measurement, payload: [{ ...fields, time: timestamp }, tags] }
  },
  points_per_message: 1,
  in_flight: 1,
  complete_is_stored: true,
}

const BATCH = 5000

/** `influxdb batch`, as large as it is quick. */
export const influxdbBatch: NodeRedTask = {
  flow: (task) => [server(task), { ...writer, type: 'influxdb batch' }],
  message: (samples) => ({ payload: samples.points(BATCH) }),
  points_per_message: BATCH,
  in_flight: 1,
  complete_is_stored: true,
}
