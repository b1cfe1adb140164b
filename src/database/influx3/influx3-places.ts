import type { InfluxConnection } from '../influx/influx-connection'
import type { Influx3Options } from '../influx/influx-options'
import type { WriteTarget } from '../influx/influx-writer'
import type { Retention_ms, TierPlace, TierPlaces } from '../influx/tiers/tier-place'
import type { Operations } from '../operations'
import { createDatabase, periodText, retentionOf } from './influx3-databases'
import { Influx3History } from './influx3-history'
import { influx3Target } from './influx3-target'

/** Tiers are databases of their own beside that of the settings. */
export class Influx3Places implements TierPlaces {
  readonly raw: TierPlace
  private readonly tiers = new Map<string, TierPlace>()

  constructor(
    private readonly connection: InfluxConnection,
    private readonly options: Influx3Options,
    private readonly operations: Operations,
  ) {
    this.raw = new Influx3Place(connection, options, operations)
  }

  of(tier: string): TierPlace {
    const options = { ...this.options, database: `${this.options.database}_${tier}` }
    const known = this.tiers.get(tier) ?? new Influx3Place(this.connection, options, this.operations)
    this.tiers.set(tier, known)
    return known
  }
}

/**
 * It cannot delete, and how long a database keeps what is in it is said when it is made: InfluxDB 3 Core never changes that, and
 * Enterprise only for those who type its command (docs.influxdata.com/influxdb3/core/reference/internals/data-retention).
 */
class Influx3Place implements TierPlace {
  readonly records: Influx3History
  readonly target: WriteTarget

  constructor(
    private readonly connection: InfluxConnection,
    private readonly options: Influx3Options,
    operations: Operations,
  ) {
    this.records = new Influx3History(connection, options, operations)
    this.target = influx3Target(options)
  }

  get name(): string {
    return `Database "${this.options.database}"`
  }

  /** It takes lines for a database that is not there, and makes one that keeps them for ever. */
  isThere(): Promise<boolean> {
    return this.records.isThere()
  }

  look(): Promise<{ readonly retention_ms: Retention_ms } | undefined> {
    return retentionOf(this.connection, this.options.database)
  }

  create(retention_ms: Retention_ms): Promise<void> {
    return createDatabase(this.connection, this.options.database, retention_ms)
  }

  byHand(retention_ms: Retention_ms, isThere: boolean): string {
    const { database } = this.options
    const period = `--retention-period ${periodText(retention_ms)}`
    if (!isThere) return `influxdb3 create database ${retention_ms === undefined ? '' : `${period} `}${database}`
    const update = `influxdb3 update database ${period} --database ${database}`
    return `InfluxDB 3 Enterprise does it with ${update}; InfluxDB 3 Core never changes it, there it takes a new database`
  }
}
