import type { KnownDevice } from '../known-device'
import { slugOf } from '../topics'
import { pressesOf } from './buttons'
import type { Component, Components } from './component'
import { controlsOf } from './controls'
import type { EntityContext } from './entity'
import { sensorsOf } from './sensors'

/** What an outlet on its strip's page leaves out: the strip says the same. */
const SAID_BY_STRIP: readonly string[] = ['last_seen', 'offline_reason', 'poll_latency']

/** Whether Home Assistant knows it as a device; outlets without a meter are entities of their strip. */
export function isOwnDevice({ device, parent }: KnownDevice): boolean {
  const strip = parent?.device
  return device?.kind !== 'outlet' || strip?.kind !== 'strip' || strip.features.includes('energy')
}

/** Everything that Home Assistant has of one device; nothing of one that is part of another. */
export function componentsOf(known: KnownDevice, context: EntityContext): Components {
  if (!isOwnDevice(known)) return {}
  const outlets = known.outlets.filter((outlet) => !isOwnDevice(outlet)).sort(byId)
  return Object.fromEntries([
    ...entitiesOf(known, context),
    ...outlets.flatMap((outlet, index) => entitiesOfOutlet(outlet, index, context)),
  ])
}

/** They come in any order. */
function byId(one: KnownDevice, other: KnownDevice): number {
  return one.device_id < other.device_id ? -1 : 1
}

function entitiesOf(known: KnownDevice, context: EntityContext): [string, Component][] {
  return [...controlsOf(known, context), ...pressesOf(known, context), ...sensorsOf(known, context)]
}

/** On the page of its strip, so that its name stands before that of what it has. */
function entitiesOfOutlet(outlet: KnownDevice, index: number, context: EntityContext): [string, Component][] {
  const alias = outlet.alias.trim() || `Outlet ${index + 1}`
  return entitiesOf(outlet, context)
    .filter(([key]) => !SAID_BY_STRIP.includes(key))
    .map(([key, { name, ...component }]) => {
      const own = typeof name === 'string' ? `${alias} ${name}` : alias
      return [`${slugOf(outlet.device_id)}_${key}`, { ...component, name: own }]
    })
}
