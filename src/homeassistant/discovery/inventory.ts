import type { Clock, Timer } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import { StateFile } from '../../files/state-file'
import { MOST_DEVICES } from '../known-devices'
import { emptyRecord, type DeviceRecord } from './device-record'
import { parseInventory, serialiseInventory } from './saved-inventory'

/** So much may be lost by a power cut, and is found again by itself. */
const TOUCHED_WITHIN_MS = 60_000
/** What nobody else knows. */
const CHANGED_WITHIN_MS = 2000
/** Beside which flows have to run: there may be thousands of devices to be written. */
const SHARE_OF_TIME = 1 / 20

export interface InventoryOptions {
  /** Absent: in memory alone. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
}

/** What Home Assistant has been told, and what has to outlive a restart of every device, in one file. */
export class Inventory {
  /** Topics of announcements that are to be cleared. Of the announcer alone. */
  readonly stale = new Set<string>()
  private readonly devices = new Map<string | undefined, DeviceRecord>()
  private readonly file: StateFile
  private timer: Timer | undefined
  /** By the monotonic clock; Infinity: nothing is to be written. */
  private due_ms = Infinity
  private isRunning = false
  private isStopped = false
  private took_ms = 0

  constructor(private readonly options: InventoryOptions) {
    const { file, report } = options
    this.file = new StateFile({ file, content: 'announced devices', report })
  }

  /** Reads the file. A damaged or foreign one is set aside and reported, never overwritten. */
  async start(): Promise<void> {
    const saved = await this.file.read(parseInventory)
    this.isRunning = !this.isStopped
    if (!saved) return
    for (const [device_id, record] of saved.records) this.devices.set(device_id, record)
    for (const topic of saved.stale) this.stale.add(topic)
  }

  /** Saves what is unsaved. May be called twice. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.isRunning = false
    if (this.due_ms < Infinity) await this.write()
    await this.file.idle()
  }

  /** Of one device, made where there is none; without an id, of the bridge itself. Above `MOST_DEVICES` it is not kept. */
  record(device_id?: string): DeviceRecord {
    let record = this.devices.get(device_id)
    if (!record) {
      record = emptyRecord()
      if (this.devices.size <= MOST_DEVICES) this.devices.set(device_id, record)
    }
    return record
  }

  find(device_id: string | undefined): DeviceRecord | undefined {
    return this.devices.get(device_id)
  }

  /** Of all devices; that of the bridge has no id. */
  records(): IterableIterator<[device_id: string | undefined, DeviceRecord]> {
    return this.devices.entries()
  }

  /** Nothing of the device is kept; what is announced of it, the announcer takes back. */
  forget(device_id: string): void {
    if (this.devices.delete(device_id)) this.changed()
  }

  /** A record has changed: saved within a minute. */
  touch(): void {
    this.writeWithin(TOUCHED_WITHIN_MS)
  }

  /** A record has changed in a way that must not be lost: saved within 2 s, where there are not thousands. */
  changed(): void {
    this.writeWithin(Math.max(CHANGED_WITHIN_MS, this.took_ms / SHARE_OF_TIME))
  }

  private writeWithin(delay_ms: number): void {
    if (!this.file.isKept) return
    const { clock } = this.options
    const due_ms = clock.monotonic() + delay_ms
    if (due_ms >= this.due_ms) return
    this.cancel()
    this.due_ms = due_ms
    if (this.isRunning) this.timer = clock.setTimeout(() => void this.write(), delay_ms)
  }

  /** Never rejects. */
  private async write(): Promise<void> {
    this.cancel()
    const { clock } = this.options
    const isWritten = await this.file.write(() => {
      const began_ms = clock.monotonic()
      const text = serialiseInventory({ records: this.devices, stale: this.stale })
      this.took_ms = clock.monotonic() - began_ms
      return text
    })
    if (!isWritten) this.touch()
  }

  private cancel(): void {
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.due_ms = Infinity
  }
}
