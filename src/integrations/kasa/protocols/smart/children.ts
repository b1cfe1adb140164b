import type { DeviceKind } from '../../../../domain/device'
import { idOf, listOf, numberOf, objectOf, type JsonObject } from '../../json'
import { ButtonLog } from './button-log'
import { booleanOf, childKindOf, type DeviceInfo } from './device-info'
import { NO_COMPONENTS, type Components } from './components'
import { MAXIMUM_ITEMS } from './inquiry'
import { settingQuestions } from './settings'
import { SmartDetails } from './smart-details'
import { SmartMeter } from './smart-meter'
import { childQuery, type Method, type Query } from './smart-query'

const STATE: readonly Method[] = ['get_device_info']
const LOG: readonly Method[] = ['get_device_info', 'get_trigger_logs']

/** An outlet of a strip, a part of a switch, or a sensor of a hub. */
export class Child {
  readonly kind: DeviceKind
  readonly meter: SmartMeter | undefined
  readonly log: ButtonLog | undefined
  readonly details: SmartDetails
  private readonly logQuery: Query | undefined

  constructor(
    /** Of its own; also what `control_child` wants. */
    readonly device_id: string,
    readonly components: Components,
    public info: DeviceInfo,
  ) {
    this.kind = childKindOf(info)
    this.meter = SmartMeter.of(components, device_id)
    this.details = new SmartDetails(device_id, settingQuestions(components, info))
    if (this.kind !== 'button') return
    this.log = new ButtonLog()
    this.logQuery = childQuery(LOG, device_id)
  }

  /** What it is asked by itself; nothing where its parent tells all there is. */
  queryAt(now: number): Query | undefined {
    return this.meter?.queryAt(now, STATE, this.details.questions) ?? this.logQuery
  }

  /** What is due of its details, where its parent tells all the rest. */
  detailsQueryAt(now: number): Query | undefined {
    if (this.meter) return undefined
    const methods = this.details.questions.at(now, 0)
    return methods.length > 0 ? childQuery(methods, this.device_id) : undefined
  }

  get on(): boolean | undefined {
    return booleanOf(this.info.device_on)
  }
}

export interface ChildrenChange {
  /** With meters, and their switch has moved. */
  readonly switched: readonly string[]
  /** There are other children, or other names for them. */
  readonly isOther: boolean
}

/** The children of one device by id, in the device's order. */
export class Children {
  private children = new Map<string, Child>()

  constructor(private readonly parent_id: string) {}

  get(device_id: string): Child | undefined {
    return this.children.get(device_id)
  }

  get all(): Iterable<Child> {
    return this.children.values()
  }

  /** Whether the list names a child that nothing is known of. */
  hasNew(list: JsonObject): boolean {
    return this.infosIn(list).some(([device_id]) => !this.children.has(device_id))
  }

  /** Takes in a list, and of new children what they have parts for. */
  update(list: JsonObject, components: ReadonlyMap<string, Components>): ChildrenChange {
    const before = this.children
    const switched: string[] = []
    let isOther = false
    this.children = new Map()
    for (const [device_id, info] of this.infosIn(list)) {
      const known = before.get(device_id)
      const child = known ?? new Child(device_id, components.get(device_id) ?? NO_COMPONENTS, info)
      const was_on = child.on
      isOther ||= known !== undefined && known.info.nickname !== info.nickname
      child.info = info
      if (known?.meter && child.on !== was_on) switched.push(device_id)
      this.children.set(device_id, child)
    }
    isOther ||= before.size !== this.children.size || [...this.children.keys()].some((id) => !before.has(id))
    return { switched, isOther }
  }

  private infosIn(list: JsonObject): (readonly [device_id: string, info: DeviceInfo])[] {
    const infos = new Map<string, DeviceInfo>()
    for (const item of listOf(list.child_device_list)) {
      const info = objectOf(item)
      const device_id = idOf(info?.device_id)
      if (!info || device_id === undefined || device_id === this.parent_id || infos.has(device_id)) continue
      infos.set(device_id, info)
      if (infos.size === MAXIMUM_ITEMS) break
    }
    // Strips list their outlets in any order; a person counts them by their places.
    return [...infos].sort(([, one], [, other]) => positionOf(one) - positionOf(other))
  }
}

function positionOf(info: DeviceInfo): number {
  return numberOf(info.position) ?? 0
}
