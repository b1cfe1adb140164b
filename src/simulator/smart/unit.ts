import { isObject, type Json } from '../answer'
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

/** A device, an outlet or a sensor: what its modules can do together. */
export class Unit implements Party {
  private readonly methods = new Map<string, SmartMethod>()
  private readonly settings = new Map<string, Setting>()

  constructor(
    readonly id: string,
    readonly components: Components,
    private readonly modules: readonly SmartModule[],
    readonly batches = true,
  ) {
    this.methods.set('component_nego', () => ({ component_list: componentList(components) }))
    this.methods.set('get_device_info', () => this.info())
    this.methods.set('set_device_info', (wanted) => this.set(wanted))
    for (const { methods = {}, settings = {} } of modules) {
      for (const [name, method] of Object.entries(methods)) this.methods.set(name, method)
      for (const [key, setting] of Object.entries(settings)) this.settings.set(key, setting)
    }
  }

  method(name: string): SmartMethod | undefined {
    return this.methods.get(name)
  }

  child(_id: string): Party | undefined {
    return undefined
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

export function componentList(components: Components): Json[] {
  return Object.entries(components).map(([id, ver_code]) => ({ id, ver_code }))
}

const PAGE_SIZE = 10

/** One page of a list, from `start_index` on. */
export function page(key: string, items: readonly unknown[], { start_index }: Json): SmartReply {
  const start = start_index ?? 0
  if (!isIndex(start)) return INVALID_PARAMETERS
  return { [key]: items.slice(start, start + PAGE_SIZE), start_index: start, sum: items.length }
}

/** A page of a recorded list: of the only array that a reply with `sum` has. */
export function recordedPage(recorded: Json, parameters: Json): SmartReply {
  const lists = Object.entries(recorded).filter(([, value]) => Array.isArray(value))
  const [key, items] = lists[0] ?? []
  if (key === undefined || lists.length > 1 || !('start_index' in recorded)) return recorded
  const answered = page(key, items as unknown[], parameters)
  return isObject(answered) ? { ...recorded, ...answered } : answered
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
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
