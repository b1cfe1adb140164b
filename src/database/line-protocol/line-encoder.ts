import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { Point } from '../database'

/** Makes lines of line protocol, each ended by a line break. Keeps what is the same in every line of a device. */
export class LineEncoder {
  reading(reading: Reading): string {
    return reading.device_id
  }

  recorded(record: RecordedEnergy): string {
    return record.device_id
  }

  point(point: Point): string {
    return point.measurement
  }
}
