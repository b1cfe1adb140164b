import type { Cache } from '../../src/cache/cache'
import { deviceKey, deviceTag, liveKey } from '../../src/cache/keys'
import type { Clock } from '../../src/domain/clock'
import type { Device } from '../../src/domain/device'
import type { MonitorError } from '../../src/domain/errors'
import { toMonitorError } from '../../src/domain/errors'
import type { DeviceEvent } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import type { Fleet } from '../../src/polling/fleet'
import type { Listener } from '../../src/polling/subscribers'

export interface CachedReadingsOptions {
  readonly cache: Pick<Cache, 'set' | 'delete' | 'deleteTagged' | 'lifetimes_ms'>
  readonly fleet: Pick<Fleet, 'polled'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly report: (error: MonitorError) => void
}

/** Facts about a device that are in the cache. */
interface Kept {
  readonly live_key: string
  readonly device: Device
  readonly alias: string
  readonly host: string
  readonly renew_at_ms: number
}

/** A reading that is still there when the next one comes, and gone soon where none comes. */
const INTERVALS_KEPT = 2
const SHORTEST_MS = 2000

/** Keeps the last reading of each device, and what the device is, where other nodes and other processes find it. */
export class CachedReadings implements Listener {
  private readonly kept = new Map<string, Kept>()

  constructor(private readonly options: CachedReadingsOptions) {}

  onReadings(readings: readonly Reading[]): void {
    const now_ms = this.options.clock.monotonic()
    for (const reading of readings) this.keep(reading, now_ms)
  }

  onEvent({ event, device_id }: DeviceEvent): void {
    if (device_id === undefined) return
    const device = this.options.fleet.polled(device_id)?.device
    if (event === 'removed') this.forget(device_id)
    else if (event === 'added' && device !== undefined) this.keepFacts(device, device, this.options.clock.monotonic())
  }

  private keep(reading: Reading, now_ms: number): void {
    const { cache, fleet } = this.options
    const polled = fleet.polled(reading.device_id)
    // Removed since.
    if (polled?.device === undefined) return
    const { device, stretched_ms } = polled
    const { alias, host } = reading
    let kept = this.kept.get(reading.device_id)
    const isKept = kept?.device === device && kept.alias === alias && kept.host === host
    if (kept === undefined || !isKept || now_ms >= kept.renew_at_ms) kept = this.keepFacts(device, reading, now_ms)
    const ttl_ms = Math.min(Math.max(INTERVALS_KEPT * stretched_ms, SHORTEST_MS), cache.lifetimes_ms.live)
    cache.set(kept.live_key, { ...reading, source: 'cache' }, { kind: 'live', ttl_ms })
  }

  /** Its name and address are those that it has told last. */
  private keepFacts(device: Device, { alias, host }: Pick<Reading, 'alias' | 'host'>, now_ms: number): Kept {
    const { cache } = this.options
    const { device_id } = device
    const facts: Device = { ...device, alias, host }
    // Of the moment when it was asked what it is; the reading knows better.
    delete facts.on
    cache.set(deviceKey(device_id), facts, { kind: 'device' })
    const renew_at_ms = now_ms + cache.lifetimes_ms.device / 2
    const kept = { live_key: liveKey(device_id), device, alias, host, renew_at_ms }
    this.kept.set(device_id, kept)
    return kept
  }

  private forget(device_id: string): void {
    const { cache, report } = this.options
    this.kept.delete(device_id)
    const gone = [
      cache.delete(liveKey(device_id)),
      cache.delete(deviceKey(device_id)),
      cache.deleteTagged(deviceTag(device_id)),
    ]
    Promise.all(gone).catch((thrown: unknown) => report(toMonitorError(thrown)))
  }
}
