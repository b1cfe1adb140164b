import { isObject, type Json } from '../answer'
import {
  DONE,
  INVALID_PARAMETERS,
  UNKNOWN_METHOD,
  type SmartMethod,
  type SmartMethods,
  type SmartReply,
} from './answer'
import { recordedPage } from './page'
import { childComponents, childInfo, type Child, type Components } from './unit'

/** Of a recording, what is no reply to a method. */
const NO_METHODS: readonly string[] = ['discovery_result', 'child_devices']

export interface Recorded {
  /** `method -> reply` */
  readonly replies: Json
  /** Keys of `get_device_info` to replace; those that were not recorded stay away. */
  readonly identity: Json
  readonly children?: readonly RecordedUnit[]
  /** What the list of its parent says of it, where that differs from what it says itself. */
  readonly listed?: Json
  /** Beyond what was recorded. */
  readonly methods?: SmartMethods
}

/** Says what was recorded, and what has been set since. */
export class RecordedUnit implements Child {
  readonly batches = true
  private readonly replies: Json
  private readonly children: readonly RecordedUnit[]
  /** By method, what replaces recorded keys. */
  private readonly changes = new Map<string, Map<string, unknown>>()

  constructor(private readonly recorded: Recorded) {
    this.replies = recorded.replies
    this.children = recorded.children ?? []
    this.changes.set('get_device_info', new Map(Object.entries(recorded.identity)))
  }

  get id(): string {
    return String(this.own().device_id)
  }

  get components(): Components {
    const { component_nego } = this.replies
    const list = isObject(component_nego) ? component_nego.component_list : undefined
    const items = Array.isArray(list) ? (list as unknown[]).filter(isObject) : []
    return Object.fromEntries(items.map(({ id, ver_code }) => [String(id), Number(ver_code)]))
  }

  /** What its parent says of it. */
  info(): Json {
    const { listed } = this.recorded
    return listed ? this.changed('get_device_info', listed) : this.own()
  }

  /** What it says of itself. */
  own(): Json {
    const { get_device_info } = this.replies
    return this.changed('get_device_info', isObject(get_device_info) ? get_device_info : {})
  }

  child(id: string): RecordedUnit | undefined {
    return this.children.find((child) => child.id === id)
  }

  method(name: string): SmartMethod | undefined {
    const beyond = this.recorded.methods
    if (beyond && Object.hasOwn(beyond, name)) return beyond[name]
    if (Object.hasOwn(this.replies, name) && !NO_METHODS.includes(name)) return (asked) => this.reply(name, asked)
    const getter = name.startsWith('set_') ? `get_${name.slice('set_'.length)}` : ''
    const reply = Object.hasOwn(this.replies, getter) ? this.replies[getter] : undefined
    return isObject(reply) ? (wanted) => this.set(getter, reply, wanted) : undefined
  }

  private reply(name: string, asked: Json): SmartReply {
    const reply = this.replies[name]
    if (typeof reply === 'number') return reply
    if (!isObject(reply)) return reply === null ? DONE : UNKNOWN_METHOD
    if (typeof reply.error_code === 'number' && reply.error_code !== DONE) return reply.error_code
    return recordedPage(this.changed(name, this.withChildren(name, reply)), asked)
  }

  // Only what was recorded can be set, to a value of the same kind.
  private set(getter: string, reply: Json, wanted: Json): SmartReply {
    const entries = Object.entries(wanted)
    if (!entries.every(([key, value]) => Object.hasOwn(reply, key) && typeof value === typeof reply[key])) {
      return INVALID_PARAMETERS
    }
    const changes = this.changes.get(getter) ?? new Map<string, unknown>()
    for (const [key, value] of entries) changes.set(key, value)
    this.changes.set(getter, changes)
    return DONE
  }

  private changed(name: string, reply: Json): Json {
    const changes = this.changes.get(name)
    if (!changes) return reply
    return Object.fromEntries(
      Object.entries(reply).map(([key, value]) => [key, changes.has(key) ? changes.get(key) : value]),
    )
  }

  private withChildren(name: string, reply: Json): Json {
    if (name === 'get_child_device_list') return { ...reply, child_device_list: this.children.map(childInfo) }
    if (name !== 'get_child_device_component_list') return reply
    return { ...reply, child_component_list: this.children.map(childComponents) }
  }
}
