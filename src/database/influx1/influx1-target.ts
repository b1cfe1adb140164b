import type { Influx1Options } from '../influx/influx-options'
import type { WriteTarget } from '../influx/influx-writer'

/** VictoriaMetrics keeps the name of the database as a label. */
export function influx1Target({ database, retention_policy }: Influx1Options): WriteTarget {
  const query = new URLSearchParams({
    db: database,
    ...(retention_policy && { rp: retention_policy }),
    precision: 'ms',
  })
  return { generation: 1, paths: () => [`/write?${query.toString()}`] }
}

/** The header, in clear: asked for just before it is sent. */
export function influx1Authorization({ login }: Influx1Options): string | undefined {
  if (!login) return undefined
  return `Basic ${Buffer.from(`${login.username}:${login.password.reveal()}`).toString('base64')}`
}
