import type { Influx2Options } from '../influx/influx-options'
import { InfluxStore, type InfluxStoreOptions } from '../influx/influx-store'
import { influx2Kind } from './influx2-kind'

/** InfluxDB 2.x, and VictoriaMetrics as something to write to. */
export class Influx2Store extends InfluxStore {
  constructor(given: InfluxStoreOptions<Influx2Options>) {
    super(given, influx2Kind(given.options))
  }
}
