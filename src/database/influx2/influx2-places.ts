import { MonitorError } from '../../domain/errors'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import type { Selection } from '../history/record-source'
import type { InfluxConnection } from '../influx/influx-connection'
import type { Influx2Options } from '../influx/influx-options'
import type { WriteTarget } from '../influx/influx-writer'
import { adminError } from '../influx/json-answer'
import type { Retention_ms, TierPlace, TierPlaces } from '../influx/tiers/tier-place'
import type { Operations } from '../operations'
import { bucketOf, createBucket, setBucketRetention, type Bucket } from './influx2-buckets'
import { Influx2History } from './influx2-history'
import { influx2Target } from './influx2-target'

const EVER = { from: TIMESTAMP_RANGE.minimum, to: TIMESTAMP_RANGE.maximum + 1 }

/** Tiers are buckets of their own beside that of the settings. */
export class Influx2Places implements TierPlaces {
  readonly raw: TierPlace
  private readonly tiers = new Map<string, TierPlace>()

  constructor(
    private readonly connection: InfluxConnection,
    private readonly options: Influx2Options,
    private readonly operations: Operations,
  ) {
    this.raw = new Influx2Place(connection, options, operations)
  }

  of(tier: string): TierPlace {
    const options = { ...this.options, bucket: `${this.options.bucket}_${tier}` }
    const known = this.tiers.get(tier) ?? new Influx2Place(this.connection, options, this.operations)
    this.tiers.set(tier, known)
    return known
  }
}

class Influx2Place implements TierPlace {
  readonly records: Influx2History
  readonly target: WriteTarget

  constructor(
    private readonly connection: InfluxConnection,
    private readonly options: Influx2Options,
    operations: Operations,
  ) {
    this.records = new Influx2History(connection, options, operations)
    this.target = influx2Target(options)
  }

  get name(): string {
    return `Bucket "${this.options.bucket}"`
  }

  look(): Promise<Bucket | undefined> {
    return bucketOf(this.connection, this.options)
  }

  create(retention_ms: Retention_ms): Promise<void> {
    return createBucket(this.connection, this.options, retention_ms)
  }

  async setRetention(retention_ms: Retention_ms): Promise<void> {
    const bucket = await this.look()
    if (!bucket) throw new MonitorError('DATABASE_MISSING', `${this.name} is not there`)
    await setBucketRetention(this.connection, bucket, retention_ms)
  }

  foreign(own: readonly string[]): Promise<string | undefined> {
    return this.records.foreign(EVER, own)
  }

  /** A predicate knows no `OR`: devices are named one by one. */
  async delete(selection: Selection): Promise<void> {
    const { device_ids } = selection
    if (device_ids.length === 0) return this.remove(selection, '')
    for (const device_id of device_ids) await this.remove(selection, ` AND device_id=${quoted(device_id)}`)
  }

  byHand(retention_ms: Retention_ms, isThere: boolean): string {
    const { bucket, organization } = this.options
    const length = retention_ms === undefined ? '0' : `${Math.ceil(retention_ms / 3_600_000)}h`
    if (!isThere) return `influx bucket create --org "${organization}" --name "${bucket}" --retention ${length}`
    return `influx bucket update --id <id of "${bucket}"> --retention ${length}`
  }

  private async remove({ measurement, from, to }: Selection, device: string): Promise<void> {
    const { organization: org, bucket } = this.options
    const body = JSON.stringify({
      start: new Date(from).toISOString(),
      // Unlike everywhere else, the end belongs to the range: github.com/influxdata/influxdb_iox/issues/2734.
      stop: new Date(to - 1).toISOString(),
      predicate: `_measurement="${measurement}"${device}`,
    })
    const path = `/api/v2/delete?${new URLSearchParams({ org, bucket }).toString()}`
    const headers = { 'content-type': 'application/json' }
    const answer = await this.connection.exchange({ method: 'POST', path, headers, body })
    if (answer.status >= 300) throw adminError(answer)
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
