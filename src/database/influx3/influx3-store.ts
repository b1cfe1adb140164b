import type { Influx3Options } from '../influx/influx-options'
import { InfluxStore, type InfluxStoreOptions } from '../influx/influx-store'
import { influx3Kind } from './influx3-kind'

/** InfluxDB 3.x. */
export class Influx3Store extends InfluxStore {
  constructor(given: InfluxStoreOptions<Influx3Options>) {
    super(given, influx3Kind(given.options))
  }
}
