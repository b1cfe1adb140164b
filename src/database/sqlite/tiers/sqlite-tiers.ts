import type { TimeRange } from '../../history/record-source'
import type { Operations } from '../../operations'
import type { RollUp } from '../../tiers/roll-up'
import type { Source, Tier, TierPlan } from '../../tiers/tier'
import type {
  CountOrder,
  DeviceCount,
  ExpireOrder,
  Measure,
  Preparation,
  RollUpOrder,
  RollUpQuery,
  StoreSize,
  TierStore,
} from '../../tiers/tier-store'
import type { CallName, Calls } from '../sqlite-messages'
import type { RollUpPart } from './tier-calls'

/** A row with a dozen fields takes 10 microseconds to hand over: this many stay far below 25 ms, on slow machines as well. */
const PART_ROWS = 200
/** Numbers, of which the main thread takes over millions in a second. */
const PART_COUNTS = 10_000

/** How the thread that has the file is asked. */
export type Ask = <Name extends CallName>(name: Name, given: Calls[Name]['given']) => Promise<Calls[Name]['answer']>

/** The tiers of a SQLite file, asked for in parts that hold neither thread for long. */
export class SqliteTiers implements TierStore {
  readonly expiry = 'us'

  constructor(
    private readonly ask: Ask,
    private readonly operations: Operations,
  ) {}

  /** What a server would be told about retention means nothing to a file. */
  async prepare(plan: TierPlan): Promise<Preparation> {
    return { findings: await this.ask('prepareTiers', plan) }
  }

  extent(source: Source): Promise<TimeRange | undefined> {
    return this.ask('extent', source)
  }

  async devices(source: Source, { from, to }: TimeRange): Promise<string[]> {
    return [...(await this.ask('devicesIn', { source, from, to }))].sort()
  }

  async rollUp({ buckets, device_ids, fields }: RollUpOrder): Promise<RollUp[]> {
    const rows: RollUp[] = []
    for (const part of partsOf(await this.inOrder(device_ids), buckets, PART_ROWS)) {
      rows.push(...(await this.ask('rollUp', { ...part, fields })))
    }
    return rows
  }

  /** Each part in one transaction of its own, because a longer one would keep readings waiting. */
  async write({ name }: Tier, rows: readonly RollUp[]): Promise<void> {
    for (let start = 0; start < rows.length; start += PART_ROWS) {
      await this.ask('writeRollUps', { tier: name, rows: rows.slice(start, start + PART_ROWS) })
    }
  }

  read(query: RollUpQuery): Promise<RollUp[]> {
    return this.operations.query(`rows of tier ${query.tier.name}`, async () => {
      const { tier, from, to, fields } = query
      const rows: RollUp[] = []
      let device_ids = await this.inOrder(query.device_ids)
      let first: RollUpPart['next']
      do {
        const order = { tier, from, to, device_ids, fields, limit: PART_ROWS, ...(first && { first }) }
        const part = await this.ask('readRollUps', order)
        rows.push(...part.rows)
        first = part.next
        if (first) device_ids = device_ids.slice(device_ids.indexOf(first.device_id))
      } while (first)
      return rows
    })
  }

  async count({ buckets, device_ids }: CountOrder): Promise<DeviceCount[]> {
    const counts: DeviceCount[] = []
    const devices = Math.max(1, Math.floor(PART_COUNTS / Math.max(1, buckets.length)))
    const named = await this.inOrder(device_ids)
    for (let start = 0; start < named.length; start += devices) {
      counts.push(...(await this.ask('count', { buckets, device_ids: named.slice(start, start + devices) })))
    }
    return counts
  }

  measure(source: Source, { from, to }: TimeRange): Promise<Measure> {
    return this.ask('measure', { source, from, to })
  }

  expire({ source, from, to, device_ids }: ExpireOrder): Promise<number> {
    return this.ask('expire', { source, from, to, device_ids })
  }

  examine(): Promise<Preparation> {
    return Promise.resolve({ findings: [] })
  }

  undeletable(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  size(): Promise<StoreSize> {
    return this.ask('size', undefined)
  }

  shrink(): Promise<boolean> {
    return this.ask('shrink', undefined)
  }

  /** All where none is named. */
  private async inOrder(device_ids: readonly string[]): Promise<string[]> {
    return [...new Set(device_ids.length > 0 ? device_ids : await this.ask('devices', undefined))].sort()
  }
}

/** Some devices with all buckets, or one device with some buckets: as many rows at a time as may be. */
function* partsOf(
  device_ids: readonly string[],
  buckets: readonly TimeRange[],
  rows: number,
): Generator<Pick<RollUpOrder, 'device_ids' | 'buckets'>> {
  const devices = Math.max(1, Math.floor(rows / Math.max(1, buckets.length)))
  for (let start = 0; start < device_ids.length; start += devices) {
    for (let first = 0; first < buckets.length; first += rows) {
      yield { device_ids: device_ids.slice(start, start + devices), buckets: buckets.slice(first, first + rows) }
    }
  }
}
