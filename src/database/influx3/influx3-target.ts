import type { Influx3Options } from '../influx/influx-options'
import type { WriteTarget } from '../influx/influx-writer'

/** The clustered products have the path of InfluxDB 2.x alone. */
export function influx3Target({ database }: Influx3Options): WriteTarget {
  // Said although they are the defaults: with them a 204 means that lines are on disk, and a 400 names the bad ones.
  const sure = { precision: 'millisecond', accept_partial: 'true', no_sync: 'false' }
  const native = new URLSearchParams({ db: database, ...sure })
  const compatible = new URLSearchParams({ bucket: database, precision: 'ms' })
  return {
    generation: 3,
    paths: () => [`/api/v3/write_lp?${native.toString()}`, `/api/v2/write?${compatible.toString()}`],
  }
}

/** The header, in clear: asked for just before it is sent. */
export function influx3Authorization({ token }: Influx3Options): string | undefined {
  return token && `Bearer ${token.reveal()}`
}
