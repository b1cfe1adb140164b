import type * as WebSockets from 'ws'
import { MonitorError } from '../../domain/errors'

export type Library = typeof WebSockets

/** Loaded where it is used. @throws MonitorError `LIVE_UNSUPPORTED` */
export function loadLibrary(): Library {
  try {
    return require('ws') as Library
  } catch (cause) {
    const message = 'WebSocket needs ws, an optional package of this pack that is not installed; /live/events does not'
    throw new MonitorError('LIVE_UNSUPPORTED', message, { cause })
  }
}
