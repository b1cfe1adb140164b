import { createHash } from 'node:crypto'
import type { CommandKey } from './commands/command-keys'
import type { RequestName } from './requests'

export const LONGEST_SLUG = 64
const HASH_LENGTH = 16
/** What stands where a device could. */
export const BRIDGE = 'bridge'

/** Every topic that the bridge speaks or listens on. They are made of ids: a new name moves none. */
export class Topics {
  readonly bridge_state: string
  readonly bridge_info: string
  /** How many alerts are open. */
  readonly open_alerts: string
  /** Where Home Assistant says that it has started, and that it ends. */
  readonly birth: string
  /** Commands to all devices and to the bridge: one message for one key, or an object of several. */
  readonly command_filters: readonly string[]
  /** What the bridge itself is asked for. */
  readonly request_filter: string
  /** All announcements under `base`, and, in a busy system, nobody else's. */
  readonly discovery_filter: string
  /** What they have in common. */
  private readonly owner: string

  constructor(
    readonly base: string,
    readonly prefix: string,
  ) {
    this.owner = slugOf(base)
    this.discovery_filter = `${prefix}/+/${this.owner}/+/config`
    this.bridge_state = `${base}/${BRIDGE}/state`
    this.bridge_info = `${base}/${BRIDGE}/info`
    this.open_alerts = `${base}/${BRIDGE}/open_alerts`
    this.birth = `${prefix}/status`
    this.request_filter = `${base}/${BRIDGE}/request/+`
    this.command_filters = [`${base}/+/set`, `${base}/+/set/+`]
  }

  availability(device_id: string): string {
    return this.of(device_id, 'availability')
  }

  state(device_id: string): string {
    return this.of(device_id, 'state')
  }

  /** A light in the words of Home Assistant. */
  light(device_id: string): string {
    return this.of(device_id, 'light')
  }

  /** Without a device, to the bridge. */
  set(device_id: string | undefined, key?: CommandKey): string {
    return this.of(device_id, key === undefined ? 'set' : `set/${key}`)
  }

  /** What somebody did to a button. */
  event(device_id: string): string {
    return this.of(device_id, 'event')
  }

  /** What became of commands; without a device, of those to the bridge or to what is no device. */
  result(device_id?: string): string {
    return this.of(device_id, 'result')
  }

  response(request: RequestName): string {
    return `${this.base}/${BRIDGE}/response/${request}`
  }

  /** What happens with the alerts of a device; without one, of the bridge. */
  alertEvent(device_id?: string): string {
    return this.of(device_id, 'alert')
  }

  /** Whether something is wrong with a device at all, or by one rule. */
  problem(device_id?: string, rule_id?: string): string {
    return this.of(device_id, rule_id === undefined ? 'problem' : `problem/${slugOf(rule_id)}`)
  }

  /** `node_id`: see `nodeIdOf`. */
  deviceDiscovery(node_id: string): string {
    return `${this.prefix}/device/${this.owner}/${node_id}/config`
  }

  /** Its id for Home Assistant differs from that of the same component of a device: one can follow the other. */
  componentDiscovery(platform: string, node_id: string, component: string): string {
    return `${this.prefix}/${platform}/${this.owner}/${node_id}_${component}/config`
  }

  private of(device_id: string | undefined, rest: string): string {
    return `${this.base}/${device_id === undefined ? BRIDGE : slugOf(device_id)}/${rest}`
  }
}

/** Identifies a device to Home Assistant; without an id, the bridge itself. `base` keeps two bridges apart. */
export function nodeIdOf(base: string, device_id?: string): string {
  const own = slugOf(base)
  return device_id === undefined ? `${own}_${BRIDGE}` : `${own}_${slugOf(device_id)}`
}

/** An id as part of a topic: letters, digits, `-` and `_`; different for different ids, at most 64 characters. */
export function slugOf(id: string): string {
  const slug = escape(id)
  if (slug.length <= LONGEST_SLUG) return slug
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_LENGTH)
  return `${slug.slice(0, LONGEST_SLUG - HASH_LENGTH - 2)}__${hash}`
}

function escape(id: string): string {
  const slug = id.replace(/[^A-Za-z0-9-]/gu, (character) => {
    const bytes = [...Buffer.from(character)]
    return bytes.map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join('')
  })
  return slug === BRIDGE ? `_${BRIDGE.charCodeAt(0).toString(16)}${BRIDGE.slice(1)}` : slug
}
