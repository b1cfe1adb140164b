import type { Influx2Options } from '../influx/influx-options'
import type { WriteTarget } from '../influx/influx-writer'

/** VictoriaMetrics takes neither organization nor bucket; there the bucket becomes the label that a database would. */
export function influx2Target({ organization, bucket }: Influx2Options): WriteTarget {
  const query = new URLSearchParams({ org: organization, bucket, precision: 'ms' })
  const queryOfVictoria = new URLSearchParams({ db: bucket, precision: 'ms' })
  return {
    generation: 2,
    paths: ({ product }) =>
      product === 'VictoriaMetrics' ? [`/write?${queryOfVictoria.toString()}`] : [`/api/v2/write?${query.toString()}`],
  }
}

/** The header, in clear: asked for just before it is sent. */
export function influx2Authorization({ token }: Influx2Options): string | undefined {
  return token && `Token ${token.reveal()}`
}
