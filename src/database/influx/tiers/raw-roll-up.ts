import { MEASURED_FIELDS, MEASURED_KEYS, TIMESTAMP_RANGE, type MeasuredKey } from '../../../domain/reading'
import { inOrder } from '../../history/in-order'
import { lastGood } from '../../history/last-good'
import type { DatabaseRecord, Selection } from '../../history/record-source'
import { ROW_COLUMNS } from '../../history/records'
import { Turns } from '../../history/turns'
import { READING } from '../../line-protocol/line'
import { originalText, storedText } from '../../line-protocol/line-text'
import { rollUpFields } from '../../roll-up/roll-up-fields'
import { Rolling } from '../../roll-up/rolling'
import type { Sample } from '../../roll-up/sample'
import type { RollUp } from '../../tiers/roll-up'
import type { RollUpOrder } from '../../tiers/tier-store'
import type { TierRecords } from './tier-records'

/** InfluxDB 1.x opens every series for each question, so that many small answers would take far longer. */
const RECORDS_AT_A_TIME = 5_000
/** A device holds some hundred kilobytes while it is rolled up: its values, for the percentiles. */
const DEVICES_AT_A_TIME = 250

/** Rows of some buckets, computed while readings stream by: by device and then by time. */
export class RawRollUp {
  private readonly range: Selection
  private readonly keys: readonly MeasuredKey[]

  constructor(
    private readonly records: TierRecords,
    private readonly order: RollUpOrder,
    private readonly maximum_gap_ms: number,
  ) {
    const { buckets, fields, device_ids } = order
    const [from, to] = [buckets[0]?.from ?? 0, buckets.at(-1)?.to ?? 0]
    const around = { from: from - maximum_gap_ms, to: to + maximum_gap_ms + 1 }
    this.range = { measurement: READING, device_ids: device_ids.map(storedText), ...around }
    this.keys = rollUpFields(fields.length > 0 ? fields : MEASURED_KEYS)
  }

  async read(): Promise<RollUp[]> {
    const columns = await this.records.known(READING, [...ROW_COLUMNS, ...this.keys])
    if (this.order.buckets.length === 0 || columns.length === 0) return []
    const rows: RollUp[] = []
    for (const device_ids of await this.groups()) {
      const selection = { ...this.range, device_ids }
      const group = new GroupRollUp(this.records, selection, columns, this.keys, this.newRolling)
      for (const row of await group.read()) rows.push(row)
    }
    return rows.sort((one, other) => (one.device_id < other.device_id ? -1 : Number(one.device_id > other.device_id)))
  }

  private readonly newRolling = (): Rolling => {
    const { buckets, fields } = this.order
    return new Rolling({ buckets, fields, maximum_gap_ms: this.maximum_gap_ms })
  }

  /** All in one where they are few. */
  private async groups(): Promise<readonly (readonly string[])[]> {
    const { device_ids } = this.range
    if (device_ids.length > 0 && device_ids.length <= DEVICES_AT_A_TIME) return [device_ids]
    const devices = device_ids.length > 0 ? device_ids : [...new Set(await this.records.devices(this.range))]
    if (devices.length <= DEVICES_AT_A_TIME) return [device_ids]
    const count = Math.ceil(devices.length / DEVICES_AT_A_TIME)
    return Array.from({ length: count }, (_, index) =>
      devices.slice(index * DEVICES_AT_A_TIME, (index + 1) * DEVICES_AT_A_TIME),
    )
  }
}

/** Some devices at once: the records of all of them come in the order of time. */
class GroupRollUp {
  private readonly runs = new Map<string, DeviceRun>()
  private readonly turns = new Turns()
  private readonly values: ValueReader

  constructor(
    private readonly records: TierRecords,
    private readonly selection: Selection,
    private readonly columns: readonly string[],
    keys: readonly MeasuredKey[],
    private readonly newRolling: () => Rolling,
  ) {
    this.values = new ValueReader(keys, columns)
  }

  async read(): Promise<RollUp[]> {
    const { selection, columns } = this
    const query = { ...selection, columns, needed: [], order: 'oldest-first', limit: RECORDS_AT_A_TIME } as const
    for await (const records of inOrder(this.records, query)) {
      await this.beginWith(records)
      await this.takeAll(records)
    }
    const rows: RollUp[] = []
    for (const [device_id, run] of this.runs) {
      const own = run.finish()
      for (const row of own) rows.push({ device_id: originalText(device_id), ...row })
      if (this.turns.isOver) await this.turns.next()
    }
    return rows
  }

  /** Of devices that are seen for the first time the last good record before the range is read as well: `Rolling` wants it. */
  private async beginWith(records: readonly DatabaseRecord[]): Promise<void> {
    const device_ids: string[] = []
    for (const record of records) {
      const device_id = record.get('device_id')
      if (typeof device_id !== 'string' || device_id === '' || this.runs.has(device_id)) continue
      this.runs.set(device_id, new DeviceRun(this.newRolling()))
      device_ids.push(device_id)
      if (this.turns.isOver) await this.turns.next()
    }
    if (device_ids.length === 0) return
    const earlier = { ...this.selection, device_ids, from: TIMESTAMP_RANGE.minimum, to: this.selection.from }
    await this.takeAll(await lastGood(this.records, earlier, this.columns))
  }

  private async takeAll(records: readonly DatabaseRecord[]): Promise<void> {
    for (const record of records) {
      this.take(record)
      if (this.turns.isOver) await this.turns.next()
    }
  }

  private take(record: DatabaseRecord): void {
    const run = this.runs.get(record.get('device_id') as string)
    const quality = record.get('quality')
    if (!run || (quality !== 'good' && quality !== 'suspect')) return
    run.push({ timestamp: record.timestamp, suspect: quality === 'suspect', values: this.values.of(record) })
  }
}

/**
 * The samples of one device. One whose model has changed may have two series that tell of one moment: that is one sample, a
 * good one where there is one.
 */
class DeviceRun {
  private last: Sample | undefined

  constructor(private readonly rolling: Rolling) {}

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
class ValueReader {
  private readonly known: readonly { readonly index: number; readonly key: MeasuredKey; readonly type: string }[]

  constructor(
    private readonly keys: readonly MeasuredKey[],
    columns: readonly string[],
  ) {
    const all = keys.map((key, index) => ({ index, key, type: MEASURED_FIELDS[key].type }))
    this.known = all.filter(({ key }) => columns.includes(key))
  }

  /** In the order of the keys. */
  of(record: DatabaseRecord): number[] {
    // A typed array would be collected far more slowly.
    const values = new Array<number>(this.keys.length).fill(Number.NaN)
    for (const { index, key, type } of this.known) {
      const value = record.get(key)
      if (typeof value !== type) continue
      const number = Number(value)
      if (Number.isFinite(number)) values[index] = number
    }
    return values
  }
}
