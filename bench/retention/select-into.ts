import type { Influxd } from '../../test/support/influx-servers'
import { DAY, HOUR, START } from './day'
import type { Hour } from './hours'

const FIELDS = ['power_w', 'voltage_v', 'current_a', 'rssi_dbm', 'latency_ms'] as const
const STATISTICS: Readonly<Record<string, (field: string) => string>> = {
  mean: (field) => `mean("${field}")`,
  min: (field) => `min("${field}")`,
  max: (field) => `max("${field}")`,
  p50: (field) => `percentile("${field}", 50)`,
  p95: (field) => `percentile("${field}", 95)`,
}

/** What InfluxDB 1.x offers itself, of the same fields: one statement. */
export function selectInto(target: string): string {
  const statistics = FIELDS.flatMap((field) =>
    Object.entries(STATISTICS).map(([name, of]) => `${of(field)} AS "${field}_${name}"`),
  )
  const energy = ['count("power_w") AS "samples"', 'spread("energy_kwh") AS "spread_kwh"']
  const integral = 'integral("power_w", 1h) AS "integral_wh"'
  return `SELECT ${[...statistics, ...energy, integral].join(', ')} INTO "${target}" FROM "reading"
WHERE time >= ${START}ms AND time < ${START + DAY}ms GROUP BY time(1h), *`
}

/** What the statement has left, the energy by one of its ways. */
export async function hoursIn(
  server: Influxd,
  database: string,
  target: string,
  energy: 'integral_wh' | 'spread_kwh',
): Promise<Hour[]> {
  const scale = energy === 'integral_wh' ? 1 / 1000 : 1
  const rows = await server.query(`SELECT "device_id", "power_w_mean", "${energy}" FROM "${target}"`, database)
  return rows.map(([timestamp, device_id, mean_w, told]) => ({
    device_id: String(device_id),
    timestamp: Math.floor(Number(timestamp) / HOUR) * HOUR,
    energy_kwh: Number(told) * scale,
    mean_w: Number(mean_w),
  }))
}
