import type { Clock, Timer } from '../domain/clock'
import type { AlertEntities } from './alerts/alert-entities'
import type { BridgeInfo } from './bridge-info'
import type { Announcer } from './discovery/announcer'
import { bridgeBlock, deviceBlockOf } from './discovery/device-block'
import { componentsOf, isOwnDevice } from './entities/components'
import type { DeviceEntry, KnownDevices } from './known-devices'
import type { HomeAssistantOptions } from './options'
import { nodeIdOf, type Topics } from './topics'

/** A description, a first reading and details of one device come one after the other. */
const GATHER_MS = 100
/** To write an announcement takes a while, and a thousand may be due at once; flows have to run beside it. */
const MOST_AT_ONCE = 20
const NEXT_MS = 10

export interface PagesParts {
  readonly announcer: Announcer
  readonly alerts: Pick<AlertEntities, 'componentsOf'>
  readonly info: Pick<BridgeInfo, 'components'>
  readonly devices: KnownDevices
  readonly topics: Topics
  readonly options: HomeAssistantOptions
  readonly clock: Clock
}

/** What Home Assistant shows on a page of its own, and writes anew what may have changed. */
export class Pages {
  private readonly due = new Set<string | undefined>()
  private timer: Timer | undefined
  private isStopped = false

  constructor(private readonly parts: PagesParts) {}

  /** Where something is shown: outlets without meters are on the page of their strip; undefined: it is no device. */
  homeOf(device_id: string): string | undefined {
    const entry = this.parts.devices.get(device_id)
    return entry && pageOf(entry).device_id
  }

  *all(): Iterable<string> {
    for (const entry of this.parts.devices.all()) if (pageOf(entry) === entry) yield entry.device_id
  }

  /** Something of it may be others than before; without an id, of the bridge itself. */
  touch(device_id?: string): void {
    this.due.add(device_id)
    this.wakeIn(GATHER_MS)
  }

  /** May be called twice; nothing is announced afterwards. */
  stop(): void {
    this.isStopped = true
    if (this.timer !== undefined) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private wakeIn(delay_ms: number): void {
    if (this.isStopped) return
    this.timer ??= this.parts.clock.setTimeout(() => this.write(), delay_ms)
  }

  private write(): void {
    this.timer = undefined
    let left = MOST_AT_ONCE
    for (const device_id of this.due) {
      if (left-- === 0) return this.wakeIn(NEXT_MS)
      this.due.delete(device_id)
      if (device_id === undefined) this.writeBridge()
      else this.writeDevice(device_id)
    }
  }

  /** Nothing before the device has said anything since the start. */
  private writeDevice(device_id: string): void {
    const { announcer, alerts, devices, topics, options } = this.parts
    const entry = devices.get(device_id)
    if (!entry) return
    const page = pageOf(entry)
    if (page !== entry) {
      announcer.remove(device_id)
      return this.touch(page.device_id)
    }
    if (entry.device === undefined && entry.reading === undefined) return
    announcer.announce(device_id, {
      node_id: nodeIdOf(topics.base, device_id),
      device: deviceBlockOf(entry, { topics, options }),
      components: { ...componentsOf(entry, { topics, options }), ...alerts.componentsOf(device_id) },
      availability_topics: [topics.bridge_state, topics.availability(device_id)],
    })
  }

  private writeBridge(): void {
    const { announcer, alerts, info, topics } = this.parts
    announcer.announce(undefined, {
      node_id: nodeIdOf(topics.base),
      device: bridgeBlock({ topics }),
      components: { ...info.components(), ...alerts.componentsOf(undefined) },
      availability_topics: [topics.bridge_state],
    })
  }
}

function pageOf(entry: DeviceEntry): DeviceEntry {
  return isOwnDevice(entry) ? entry : (entry.parent ?? entry)
}
