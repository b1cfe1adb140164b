import type { Device } from '../domain/device'
import type { DeviceDetails } from '../domain/device-details'
import { MonitorError } from '../domain/errors'
import type { DeviceEvent } from '../domain/event'
import type { Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'

/** What the poller tells whoever subscribes. Readings are shared between listeners: read them, never change them. */
export interface Listener {
  onReading?(reading: Reading): void
  /** The readings that came in within `batch_ms` of each other. */
  onReadings?(readings: readonly Reading[]): void
  onEvent?(event: DeviceEvent): void
  /** Who it is and what it can do: told before its first reading, and again when that has changed. */
  onDevice?(device: Device): void
  /** They have changed. */
  onDetails?(details: DeviceDetails): void
  /** What a device has recorded while it was not polled; of one device, oldest first. */
  onRecorded?(records: readonly RecordedEnergy[]): void
}

/** Those who listen. One that throws is reported once and goes on being told: its fault is not the others'. */
export class Subscribers {
  /** Replaced, never changed, so that a listener may come or go while another is being told. */
  private listeners: readonly Listener[] = []
  private readonly reported = new WeakSet<Listener>()
  /** Whether anybody wants batches. */
  batches = false

  constructor(private readonly report: (error: MonitorError) => void) {}

  /** Returns how to stop listening, which may be called twice. */
  add(listener: Listener): () => void {
    this.replace([...this.listeners, listener])
    return () => this.replace(this.listeners.filter((other) => other !== listener))
  }

  reading(reading: Reading): void {
    for (const listener of this.listeners) {
      try {
        listener.onReading?.(reading)
      } catch (thrown) {
        this.failed(listener, thrown)
      }
    }
  }

  readings(readings: readonly Reading[]): void {
    for (const listener of this.listeners) {
      try {
        listener.onReadings?.(readings)
      } catch (thrown) {
        this.failed(listener, thrown)
      }
    }
  }

  event(event: DeviceEvent): void {
    this.each((listener) => listener.onEvent?.(event))
  }

  device(device: Device): void {
    this.each((listener) => listener.onDevice?.(device))
  }

  details(details: DeviceDetails): void {
    this.each((listener) => listener.onDetails?.(details))
  }

  recorded(records: readonly RecordedEnergy[]): void {
    this.each((listener) => listener.onRecorded?.(records))
  }

  /** Of what is rare; readings make no closure. */
  private each(tell: (listener: Listener) => void): void {
    for (const listener of this.listeners) {
      try {
        tell(listener)
      } catch (thrown) {
        this.failed(listener, thrown)
      }
    }
  }

  private replace(listeners: readonly Listener[]): void {
    this.listeners = listeners
    this.batches = listeners.some((listener) => listener.onReadings !== undefined)
  }

  private failed(listener: Listener, thrown: unknown): void {
    if (this.reported.has(listener)) return
    this.reported.add(listener)
    this.report(new MonitorError('INTERNAL', 'a listener of the poller failed', { cause: thrown }))
  }
}
