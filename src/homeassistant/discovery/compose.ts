import type { Component, Components, Platform } from '../entities/component'
import type { Announcement } from './announcement'
import { checkDiscovery } from './check-discovery'
import type { Form } from './device-record'
import type { Fault } from './fault'
import { deviceMessage, singleMessage, type DiscoveryMessage, type MessageContext } from './messages'

type Platforms = ReadonlyMap<string, Platform>

/** What Home Assistant knows of a device. */
export interface Known {
  readonly components: Platforms
  readonly gone: Platforms
}

export interface Composition extends Known {
  readonly messages: readonly DiscoveryMessage[]
  /** Topics of before on which there is nothing more to say. */
  readonly cleared: readonly string[]
  /** Why something was left out; Home Assistant keeps of it what it has. */
  readonly faults: readonly Fault[]
  /** There is more to say, once Home Assistant has taken this. */
  readonly isPart: boolean
}

const NOTHING: Platforms = new Map()
/** Whatever comes and goes: a message stays of a size that Home Assistant takes. */
const MOST_GONE = 500

/** What has to be said, after what was said before, so that Home Assistant has what is announced and nothing else. */
export function compose(form: Form, announcement: Announcement, before: Known, context: MessageContext): Composition {
  return form === 'device'
    ? composeDevice(announcement, before, context)
    : composeSingles(announcement, before.components, context)
}

function composeDevice(announcement: Announcement, before: Known, context: MessageContext): Composition {
  // The old one has to go before another kind of entity can have its id.
  const offered = partOf(
    announcement.components,
    (id, { platform }) => (before.components.get(id) ?? platform) === platform,
  )
  const past = [...before.gone, ...before.components].filter(([id]) => !Object.hasOwn(offered, id))
  const gone = new Map(past.slice(-MOST_GONE))
  const whole = deviceMessage({ ...announcement, components: offered }, gone, context)
  const faults = checkDiscovery(whole.topic, whole.payload)
  if (faults.some(({ component }) => component === undefined)) return unchanged(before, faults)
  const faulty = new Set(faults.map(({ component }) => component))
  const sound = partOf(offered, (id) => !faulty.has(id))
  const isEmpty = Object.keys(sound).length === 0 && gone.size === 0
  const message = faults.length === 0 ? whole : deviceMessage({ ...announcement, components: sound }, gone, context)
  return {
    messages: isEmpty ? [] : [message],
    cleared: [],
    components: new Map([...keptOf(before.components, faulty), ...platformsOf(sound)]),
    gone,
    faults,
    isPart: Object.keys(offered).length < Object.keys(announcement.components).length,
  }
}

function composeSingles(announcement: Announcement, before: Platforms, context: MessageContext): Composition {
  const messages: DiscoveryMessage[] = []
  const faults: Fault[] = []
  const components = new Map<string, Platform>()
  const topics = new Set<string>()
  for (const [id, component] of Object.entries(announcement.components)) {
    const message = singleMessage(announcement, id, component, context)
    const found = checkDiscovery(message.topic, message.payload)
    faults.push(...found.map((fault) => ({ ...fault, component: id })))
    topics.add(message.topic)
    if (found.length === 0) messages.push(message)
    if (found.length === 0 || before.get(id) === component.platform) components.set(id, component.platform)
  }
  const old = [...before].map(([id, platform]) => {
    return context.topics.componentDiscovery(platform, announcement.node_id, id)
  })
  const cleared = old.filter((topic) => !topics.has(topic))
  return { messages, cleared, components, gone: NOTHING, faults, isPart: false }
}

function unchanged({ components, gone }: Known, faults: readonly Fault[]): Composition {
  return { messages: [], cleared: [], components, gone, faults, isPart: false }
}

function partOf(components: Components, belongs: (id: string, component: Component) => boolean): Components {
  return Object.fromEntries(Object.entries(components).filter(([id, component]) => belongs(id, component)))
}

function platformsOf(components: Components): Platforms {
  return new Map(Object.entries(components).map(([id, { platform }]) => [id, platform] as const))
}

function keptOf(before: Platforms, faulty: ReadonlySet<string | undefined>): Platforms {
  return new Map([...before].filter(([id]) => faulty.has(id)))
}
