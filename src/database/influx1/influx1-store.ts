import type { Influx1Options } from '../influx/influx-options'
import { InfluxStore, type InfluxStoreOptions } from '../influx/influx-store'
import { influx1Kind } from './influx1-kind'

/** InfluxDB 1.x, and VictoriaMetrics as something to write to. */
export class Influx1Store extends InfluxStore {
  constructor(given: InfluxStoreOptions<Influx1Options>) {
    super(given, influx1Kind(given.options, given.clock))
  }
}
