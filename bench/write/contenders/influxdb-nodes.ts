import type { Reading } from '../../../src/domain/reading'
import type { WriteTask } from '../contender'
import type { NodeRedTask } from './node-red-writer'

function server({ url, database }: WriteTask): object {
  const { hostname, port } = new URL(url)
  return { id: 'server', type: 'influxdb', influxdbVersion: '1.x', hostname, port, protocol: 'http', database }
}

const writer = { id: 'writer', z: 'tab', x: 0, y: 0, wires: [], influxdb: 'server', precision: 'ms' } as const

/** The same tags and fields as ours. */
function split(reading: Reading) {
  const { device_id, model, timestamp, alias, host, quality, power_w, voltage_v, current_a, energy_kwh } = reading
  const fields = { alias, host, quality, power_w, voltage_v, current_a, energy_kwh }
  return { fields, tags: { device_id, model }, timestamp }
}

/** `influxdb out` of node-red-contrib-influxdb: a message for each reading. */
export const influxdbOut: NodeRedTask = {
  flow: (task) => [server(task), { ...writer, type: 'influxdb out', measurement: 'reading' }],
  message(readings) {
    const { fields, tags, timestamp } = split(readings.next())
    return { payload: [{ ...fields, time: timestamp }, tags] }
  },
  points_per_message: 1,
  in_flight: 1,
  complete_is_stored: true,
}

const BATCH = 5000

/** `influxdb batch`, as large as it is quick. */
export const influxdbBatch: NodeRedTask = {
  flow: (task) => [server(task), { ...writer, type: 'influxdb batch' }],
  message: (readings) => ({
    payload: readings.take(BATCH).map((reading) => ({ measurement: 'reading', ...split(reading) })),
  }),
  points_per_message: BATCH,
  in_flight: 1,
  complete_is_stored: true,
}
