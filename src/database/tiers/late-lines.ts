import { BoundedMap } from '../line-protocol/bounded-map'
import { isLine, READING } from '../line-protocol/line'
import { decodeLine } from '../line-protocol/line-decoder'
import { seriesKeyOf, timestampOf } from '../line-protocol/line-splitting'

const LINE_BREAK = 10
const SERIES_KEPT = 10_000
const BEGINNING = Buffer.from(`${READING},`)

/** Readings of one device, none much later than the one before. */
export interface LateStretch {
  readonly device_id: string
  readonly first: number
  readonly last: number
}

/** Finds late readings among lines; most batches have none, and are not taken apart. */
export class LateLines {
  /** Device ids by series, as it stands in the line. */
  private readonly devices = new BoundedMap<string>(SERIES_KEPT)

  constructor(private readonly maximum_gap_ms: number) {}

  /** Readings from before a moment. */
  before(moment: number, text: Buffer): LateStretch[] {
    const latest = new Map<string, { device_id: string; first: number; last: number }>()
    const found: LateStretch[] = []
    for (let start = 0; start < text.length;) {
      const line_break = text.indexOf(LINE_BREAK, start)
      const end = line_break < 0 ? text.length : line_break
      const timestamp = timestampOf(text, end)
      if (timestamp !== undefined && timestamp < moment) {
        const device_id = this.deviceOf(text.subarray(start, end))
        const open = latest.get(device_id)
        if (device_id === '') {
          // None of ours.
        } else if (open && Math.abs(timestamp - open.last) <= 2 * this.maximum_gap_ms) {
          open.first = Math.min(open.first, timestamp)
          open.last = Math.max(open.last, timestamp)
        } else {
          const stretch = { device_id, first: timestamp, last: timestamp }
          latest.set(device_id, stretch)
          found.push(stretch)
        }
      }
      start = end + 1
    }
    return found
  }

  /** Empty where the line is no reading. */
  private deviceOf(line: Buffer): string {
    if (!line.subarray(0, BEGINNING.length).equals(BEGINNING)) return ''
    const series = seriesKeyOf(line)
    let device_id = this.devices.get(series)
    if (device_id === undefined) {
      const decoded = decodeLine(line.toString())
      device_id = (isLine(decoded) && decoded.tags.get('device_id')) || ''
      this.devices.set(series, device_id)
    }
    return device_id
  }
}
