import { defined } from './defined'
import type { InfluxConnection } from './influx-connection'
import type { ServerSize } from './influx-kind'
import { metricSum } from './prometheus-text'

/** Of all that is on the server; it does not keep databases apart. */
export async function victoriaMetricsSize(connection: InfluxConnection): Promise<ServerSize> {
  const { body } = await connection.exchange({ method: 'GET', path: '/metrics' })
  const size_bytes = metricSum(body, 'vm_data_size_bytes')
  const rows = metricSum(body, 'vm_rows', 'type="storage/')
  const series = metricSum(body, 'vm_cache_entries', 'type="storage/hour_metric_ids"')
  const findings = [
    'VictoriaMetrics keeps numbers alone: names and other texts of readings are not stored, and history cannot be read from it',
    ...(metricSum(body, 'vm_storage_is_read_only') ? ['Its disk is full: it takes nothing now'] : []),
  ]
  return { ...defined({ size_bytes, rows, series }), findings }
}
