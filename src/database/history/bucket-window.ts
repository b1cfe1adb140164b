import type { MeasuredKey } from '../../domain/reading'
import type { HistoryBucket, HistoryRow } from '../database'
import type { Sample } from '../roll-up/sample'
import { Downsampling, sampleFields, type Bucket, type DownsampleOptions } from './downsample'
import { inOrder } from './in-order'
import { lastGood } from './last-good'
import type { RecordSource, Selection } from './record-source'
import { ROW_COLUMNS, rowOf } from './records'
import { Turns } from './turns'

// Some 20,000 values in an answer: what is decoded and computed in one go.
const RECORDS_AT_A_TIME = { few: 2000, all: 1000 } as const
const FEW_COLUMNS = 8

/** Buckets of all devices of a range, computed while its readings stream by; held are only the buckets. */
export class BucketWindow {
  private readonly runs = new Map<string, Downsampling>()
  private readonly buckets: HistoryBucket[] = []
  private readonly turns = new Turns()
  private readonly keys: readonly MeasuredKey[]
  private readonly columns: readonly string[]

  constructor(
    private readonly source: RecordSource,
    private readonly selection: Selection,
    private readonly options: Omit<DownsampleOptions, 'from' | 'to'>,
  ) {
    this.keys = sampleFields(options.fields)
    this.columns = [...ROW_COLUMNS, ...this.keys]
  }

  /** In no order. */
  async read(): Promise<HistoryBucket[]> {
    const { source, selection, columns } = this
    const { from, to } = selection
    const gap_ms = this.options.maximum_gap_ms
    const before = await lastGood(source, { ...selection, from: 0, to: from - gap_ms }, columns)
    for (const record of before) await this.take(rowOf(record, this.keys))
    const range = { from: from - gap_ms, to: to + gap_ms + 1 }
    const limit = columns.length > FEW_COLUMNS ? RECORDS_AT_A_TIME.all : RECORDS_AT_A_TIME.few
    const query = { ...selection, ...range, columns, needed: [], order: 'oldest-first', limit } as const
    for await (const records of inOrder(source, query)) {
      for (const record of records) await this.take(rowOf(record, this.keys))
    }
    for (const [device_id, run] of this.runs) await this.keep(device_id, run.finish())
    return this.buckets
  }

  private async take(row: HistoryRow | undefined): Promise<void> {
    if (row === undefined) return
    let run = this.runs.get(row.device_id)
    if (run === undefined) {
      const { from, to } = this.selection
      run = new Downsampling({ ...this.options, from, to })
      this.runs.set(row.device_id, run)
    }
    await this.keep(row.device_id, run.push(sampleOf(row, this.keys)))
  }

  private async keep(device_id: string, buckets: readonly Bucket[]): Promise<void> {
    for (const bucket of buckets) this.buckets.push({ device_id, ...bucket })
    if (this.turns.isOver) await this.turns.next()
  }
}

function sampleOf(row: HistoryRow, keys: readonly MeasuredKey[]): Sample {
  const values = keys.map((key) => Number(row[key] ?? Number.NaN))
  return { timestamp: row.timestamp, suspect: row.quality === 'suspect', values }
}
