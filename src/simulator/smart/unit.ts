import type { Json } from '../answer'
import { page } from './page'
import { DONE, INVALID_PARAMETERS, type Party, type SmartMethod, type SmartMethods, type SmartReply } from './answer'

/** What a device can do, each with its version. */
export type Components = Readonly<Record<string, number>>

/** What a value of `set_device_info` would change; `undefined`: the device refuses it. */
export type Setting = (value: unknown) => (() => void) | undefined

/** A part of what a device can do. */
export interface SmartModule {
  readonly methods?: SmartMethods
  readonly settings?: Readonly<Record<string, Setting>>
  /** Its part of `get_device_info`. */
  info?(): Json
}

/** An outlet of a strip, or what a hub has found. */
export interface Child extends Party {
  readonly id: string
  readonly components: Components
  info(): Json
}

export interface UnitOptions {
  readonly id: string
  readonly components: Components
  readonly modules: readonly SmartModule[]
  /** Default: true. */
  readonly batches?: boolean
  /** Whatever there is at the moment of asking. */
  readonly children?: () => readonly Child[]
}

/** A device, an outlet or a sensor: what its modules can do together. */
export class Unit implements Child {
  readonly id: string
  readonly components: Components
  readonly batches: boolean
  private readonly modules: readonly SmartModule[]
  private readonly children: () => readonly Child[]
  private readonly methods = new Map<string, SmartMethod>()
  private readonly settings = new Map<string, Setting>()

  constructor({ id, components, modules, batches = true, children }: UnitOptions) {
    this.id = id
    this.components = components
    this.modules = modules
    this.batches = batches
    this.children = children ?? (() => [])
    this.methods.set('component_nego', () => ({ component_list: componentList(components) }))
    this.methods.set('get_device_info', () => this.info())
    this.methods.set('set_device_info', (wanted) => this.set(wanted))
    if (children) for (const [name, method] of childLists(children)) this.methods.set(name, method)
    for (const { methods = {}, settings = {} } of modules) {
      for (const [name, method] of Object.entries(methods)) this.methods.set(name, method)
      for (const [key, setting] of Object.entries(settings)) this.settings.set(key, setting)
    }
  }

  method(name: string): SmartMethod | undefined {
    return this.methods.get(name)
  }

  child(id: string): Party | undefined {
    return this.children().find((child) => child.id === id)
  }

  info(): Json {
    return Object.fromEntries(this.modules.flatMap((module) => Object.entries(module.info?.() ?? {})))
  }

  // All of it or nothing.
  private set(wanted: Json): SmartReply {
    const changes = Object.entries(wanted).map(([key, value]) => this.settings.get(key)?.(value))
    if (changes.includes(undefined)) return INVALID_PARAMETERS
    for (const change of changes) change?.()
    return DONE
  }
}

function childLists(children: () => readonly Child[]): [string, SmartMethod][] {
  return [
    ['get_child_device_list', (asked) => page('child_device_list', children().map(childInfo), asked)],
    [
      'get_child_device_component_list',
      (asked) => page('child_component_list', children().map(childComponents), asked),
    ],
  ]
}

export function childInfo(child: Child): Json {
  return child.info()
}

export function childComponents({ id, components }: Child): Json {
  return { device_id: id, component_list: componentList(components) }
}

function componentList(components: Components): Json[] {
  return Object.entries(components).map(([id, ver_code]) => ({ id, ver_code }))
}

/** A setting that takes whole numbers of a range. */
export function whole(minimum: number, maximum: number, take: (value: number) => void): Setting {
  return (value) => {
    if (!Number.isInteger(value) || !((value as number) >= minimum && (value as number) <= maximum)) return undefined
    return () => take(value as number)
  }
}

export function flag(take: (value: boolean) => void): Setting {
  return (value) => (typeof value === 'boolean' ? () => take(value) : undefined)
}
