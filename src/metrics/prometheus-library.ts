import type * as Prometheus from 'prom-client'
import { MonitorError } from '../domain/errors'

export type Library = typeof Prometheus

/** Loaded where it is used. @throws MonitorError `METRICS_UNSUPPORTED` */
export function loadLibrary(): Library {
  try {
    return require('prom-client') as Library
  } catch (cause) {
    const message = 'Metrics need prom-client, an optional package of this pack that is not installed'
    throw new MonitorError('METRICS_UNSUPPORTED', message, { cause })
  }
}
