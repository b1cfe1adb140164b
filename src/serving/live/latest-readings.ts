import type { Reading } from '../../domain/reading'
import type { FleetDevice } from '../../polling/fleet-device'
import { ToldReading } from './told-reading'

/** The newest reading of each device that was told. */
export class LatestReadings {
  private readonly latest = new Map<string, ToldReading>()

  /** A reading has come. */
  next(reading: Reading): ToldReading {
    const told = new ToldReading(reading, this.latest.get(reading.device_id)?.reading)
    this.latest.set(reading.device_id, told)
    return told
  }

  /** As the devices say now. */
  of(devices: readonly FleetDevice[]): ToldReading[] {
    return devices.flatMap(({ reading }) => (reading ? [this.told(reading)] : []))
  }

  /** Keeps only those of devices that are still there. */
  keep(devices: readonly FleetDevice[]): void {
    const ids = new Set(devices.map(({ device_id }) => device_id))
    for (const id of this.latest.keys()) if (!ids.has(id)) this.latest.delete(id)
  }

  clear(): void {
    this.latest.clear()
  }

  private told(reading: Reading): ToldReading {
    const known = this.latest.get(reading.device_id)
    if (known?.reading === reading) return known
    // A fleet may hold back what has hardly changed: the next is compared to the last that was told.
    return known ? new ToldReading(reading, known.reading) : this.next(reading)
  }
}
