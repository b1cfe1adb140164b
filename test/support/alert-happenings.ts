import type { AlertCommand } from '../../src/alerting/alert-command'
import type { Values } from '../../src/alerting/watching/subject'
import type { DeviceEvent, DeviceEventName } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import type { AlertStage } from './alert-stage'
import { reading as plainReading } from './readings'

/** Something that happens at one moment of a story. */
export type Happening = (stage: AlertStage) => void

/** The device of a story by its name: `Washing machine` has the id `washing-machine`. */
function named(alias: string) {
  return { device_id: idOf(alias), alias, host: `${idOf(alias)}.home` }
}

export function idOf(alias: string): string {
  return alias.toLowerCase().replaceAll(' ', '-')
}

/** A reading of a device, which holds just these values. @param ago_s how long ago it was taken */
export function reading(alias: string, given: Partial<Reading> = {}, ago_s = 0): Happening {
  return ({ engine, wall_ms }) => {
    const { on: _on, power_w: _power_w, ...plain } = plainReading(named(alias))
    engine.takeReading({ ...plain, timestamp: wall_ms - ago_s * 1000, ...given })
  }
}

/** A reading that a cache has kept. */
export function cached(alias: string, given: Partial<Reading> = {}, ago_s = 0): Happening {
  return reading(alias, { ...given, source: 'cache' }, ago_s)
}

/** An event that the poller tells of a device. */
export function event(alias: string, name: DeviceEventName, extra: Partial<DeviceEvent> = {}): Happening {
  return ({ engine, wall_ms }) => engine.takeEvent({ event: name, ...named(alias), timestamp: wall_ms, ...extra })
}

export const offline = (alias: string): Happening => event(alias, 'offline')
export const online = (alias: string): Happening => event(alias, 'online')
export const removed = (alias: string): Happening => event(alias, 'removed')

/** A host at which nobody has ever answered. */
export function unreached(host: string): Happening {
  return ({ engine, wall_ms }) => engine.takeEvent({ event: 'offline', alias: host, host, timestamp: wall_ms })
}

/** Values that are no reading. */
export function measurement(topic: string, values: Values, ago_s = 0): Happening {
  return ({ engine, wall_ms }) => engine.takeMeasurement({ topic, values, timestamp: wall_ms - ago_s * 1000 })
}

/** What a flow asks. */
export function command(asked: AlertCommand): Happening {
  return ({ engine }) => void engine.run(asked)
}
