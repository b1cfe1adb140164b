import { MEASURED_FIELDS, MEASURED_KEYS, TIMESTAMP_RANGE, type MeasuredKey } from '../../../domain/reading'
import type { Sample } from '../../history/downsample'
import { inOrder } from '../../history/in-order'
import type { DatabaseRecord, Selection, TimeRange } from '../../history/record-source'
import { ROW_COLUMNS } from '../../history/records'
import { Turns } from '../../history/turns'
import { READING } from '../../line-protocol/line'
import { originalText, storedText } from '../../line-protocol/line-text'
import { rollUpFields } from '../../roll-up/roll-up-fields'
import { Rolling } from '../../roll-up/rolling'
import type { RollUp } from '../../tiers/roll-up'
import type { RollUpOrder } from '../../tiers/tier-store'
import type { TierRecords } from './tier-records'

/** InfluxDB 1.x opens every series for each question, so that few large answers are far faster than many small ones. */
const RECORDS_AT_A_TIME = 25_000

/** Rows of all devices of some buckets, computed while their readings stream by. */
export class RawRollUp {
  private readonly runs = new Map<string, DeviceRun>()
  private readonly turns = new Turns()
  private readonly range: TimeRange
  private readonly keys: readonly MeasuredKey[]

  constructor(
    private readonly records: TierRecords,
    private readonly order: RollUpOrder,
    private readonly maximum_gap_ms: number,
  ) {
    const { buckets, fields } = order
    this.range = { from: buckets[0]?.from ?? 0, to: buckets.at(-1)?.to ?? 0 }
    this.keys = rollUpFields(fields.length > 0 ? fields : MEASURED_KEYS)
  }

  /** By device and then by time. */
  async read(): Promise<RollUp[]> {
    const { from, to } = this.range
    if (from >= to) return []
    const { maximum_gap_ms: gap_ms, order } = this
    const columns = await this.records.known(READING, [...ROW_COLUMNS, ...this.keys])
    if (columns.length === 0) return []
    const device_ids = order.device_ids.map(storedText)
    const selection = { measurement: READING, device_ids, from: from - gap_ms, to: to + gap_ms + 1 } as const
    const query = { ...selection, columns, needed: [], order: 'oldest-first', limit: RECORDS_AT_A_TIME } as const
    for await (const records of inOrder(this.records, query)) {
      await this.takeEarlier(selection, columns, records)
      for (const record of records) await this.take(record)
    }
    return this.rows()
  }

  /**
   * Where no reading within the gap before the range is known, the last one before it tells where energy was counted last. Only
   * those that are seen at all are looked for: of the others nothing is known.
   */
  private async takeEarlier(
    selection: Selection,
    columns: readonly string[],
    records: readonly DatabaseRecord[],
  ): Promise<void> {
    const missing = new Set<string>()
    for (const record of records) {
      const device_id = record.get('device_id')
      if (typeof device_id !== 'string' || device_id === '' || this.runs.has(device_id)) continue
      if (record.timestamp < this.range.from) this.begin(device_id)
      else missing.add(device_id)
    }
    if (missing.size === 0) return
    const device_ids = [...missing]
    for (const device_id of device_ids) this.begin(device_id)
    const earlier = { ...selection, device_ids, from: TIMESTAMP_RANGE.minimum, to: selection.from }
    for (const record of await this.records.newest(earlier, columns)) await this.take(record)
  }

  private begin(device_id: string): void {
    const { buckets, fields } = this.order
    this.runs.set(device_id, new DeviceRun(new Rolling({ buckets, fields, maximum_gap_ms: this.maximum_gap_ms })))
  }

  private async take(record: DatabaseRecord): Promise<void> {
    const run = this.runs.get(record.get('device_id') as string)
    const quality = record.get('quality')
    if (run && (quality === 'good' || quality === 'suspect')) {
      run.push({ timestamp: record.timestamp, suspect: quality === 'suspect', values: valuesOf(record, this.keys) })
    }
    await this.turns.after(1)
  }

  private async rows(): Promise<RollUp[]> {
    const rows: RollUp[] = []
    const runs = [...this.runs].map(([device_id, run]) => [originalText(device_id), run] as const)
    for (const [device_id, run] of runs.sort(([one], [other]) => (one < other ? -1 : 1))) {
      const own = run.finish()
      for (const row of own) rows.push({ device_id, ...row })
      await this.turns.after(1 + own.length)
    }
    return rows
  }
}

/**
 * The samples of one device. One whose model has changed may have two series that tell of one moment: that is one sample, a
 * good one where there is one.
 */
class DeviceRun {
  private last: Sample | undefined

  constructor(private readonly rolling: Pick<Rolling, 'push' | 'finish'>) {}

  push(sample: Sample): void {
    const { last } = this
    if (last?.timestamp === sample.timestamp && !last.suspect) return
    if (last && last.timestamp !== sample.timestamp) this.rolling.push(last)
    this.last = sample
  }

  finish(): ReturnType<Rolling['finish']> {
    if (this.last) this.rolling.push(this.last)
    this.last = undefined
    return this.rolling.finish()
  }
}

/** A value of another type than ours counts as absent, as in history. */
function valuesOf(record: DatabaseRecord, keys: readonly MeasuredKey[]): number[] {
  return keys.map((key) => {
    const value = record.get(key)
    if (typeof value !== MEASURED_FIELDS[key].type) return Number.NaN
    const number = Number(value)
    return Number.isFinite(number) ? number : Number.NaN
  })
}
