import type { Clock } from '../domain/clock'
import { createPlace, examineServer, type Examination } from './influx/examination'
import type { InfluxKind } from './influx/influx-kind'
import type { InfluxOptions } from './influx/influx-options'
import { InfluxStore, type InfluxStoreOptions } from './influx/influx-store'
import { influx1Kind } from './influx1/influx1-kind'
import { influx2Kind } from './influx2/influx2-kind'
import { influx3Kind } from './influx3/influx3-kind'

/** A store on the server that the settings name, not connected. */
export function influxStore(given: InfluxStoreOptions): InfluxStore {
  return new InfluxStore(given, kindOf(given.options, given.clock))
}

/** What is found with these settings. It leaves nothing behind, and never rejects. */
export function examineInflux(options: InfluxOptions, clock: Clock): Promise<Examination> {
  return examineServer(options, kindOf(options, clock), clock)
}

/** Makes the database or bucket of these settings where it is not there. @throws MonitorError `DATABASE_...` */
export function createInflux(options: InfluxOptions, clock: Clock): Promise<void> {
  return createPlace(options, kindOf(options, clock), clock)
}

function kindOf(options: InfluxOptions, clock: Clock): InfluxKind {
  switch (options.kind) {
    case 'influx1':
      return influx1Kind(options, clock)
    case 'influx2':
      return influx2Kind(options)
    case 'influx3':
      return influx3Kind(options)
  }
}
