import { MonitorError } from '../../domain/errors'
import type { Selection } from '../history/record-source'
import type { WriteTarget } from '../influx/influx-writer'
import type { Influx1Options } from '../influx/influx-options'
import type { Retention_ms, TierPlace, TierPlaces } from '../influx/tiers/tier-place'
import type { Undeletable } from '../tiers/tier-store'
import { quoted, type Influx1Client } from './influx1-client'
import type { Influx1History } from './influx1-history'
import { policiesOf, type Policy } from './influx1-policies'
import { influx1Target } from './influx1-target'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What else a database holds is looked through as far as this. */
const FOREIGN_LOOKED_AT = 100

/** The oldest record of another policy. */
interface Elsewhere {
  readonly policy: string
  readonly timestamp: number
}

export interface Influx1PlacesOptions {
  readonly options: Influx1Options
  readonly client: Influx1Client
  readonly recordsOf: (options: Influx1Options) => Influx1History
}

/** Tiers are retention policies of the database of the settings. */
export class Influx1Places implements TierPlaces {
  readonly raw: TierPlace
  private readonly tiers = new Map<string, TierPlace>()

  constructor(private readonly given: Influx1PlacesOptions) {
    this.raw = new Influx1Place(given, given.options.retention_policy)
  }

  of(tier: string): TierPlace {
    const known = this.tiers.get(tier) ?? new Influx1Place(this.given, `kasa_${tier}`)
    this.tiers.set(tier, known)
    return known
  }
}

class Influx1Place implements TierPlace {
  readonly records: Influx1History
  readonly target: WriteTarget
  private readonly client: Influx1Client
  private readonly database: string

  constructor(
    { options, client, recordsOf }: Influx1PlacesOptions,
    /** Absent: the default one, whichever that is. */
    private readonly policy: string | undefined,
  ) {
    const own = policy === undefined ? options : { ...options, retention_policy: policy }
    this.records = recordsOf(own)
    this.target = influx1Target(own)
    this.client = client
    this.database = options.database
  }

  get name(): string {
    const policy = this.policy === undefined ? 'The default retention policy' : `Retention policy "${this.policy}"`
    return `${policy} of database "${this.database}"`
  }

  async look(): Promise<Policy | undefined> {
    const policies = await policiesOf(this.client, this.database)
    return policies.find((policy) => this.isIt(policy))
  }

  async create(retention_ms: Retention_ms): Promise<void> {
    await this.client.ask(this.statement('CREATE', this.policy ?? '', retention_ms, shardOf(retention_ms)))
  }

  async setRetention(retention_ms: Retention_ms): Promise<void> {
    const policy = await this.look()
    if (!policy) throw new MonitorError('DATABASE_MISSING', `${this.name} is not there`)
    // Longer ones could overlap those that are there; shorter ones are needed where data lives shorter than a shard.
    const shard_ms = shardOf(retention_ms)
    const change = shard_ms < policy.shard_ms ? shard_ms : undefined
    await this.client.ask(this.statement('ALTER', policy.name, retention_ms, change))
  }

  /** Measurements are told of the whole database: those that are not ours are asked whether they are here. */
  async foreign(own: readonly string[]): Promise<string | undefined> {
    const [policy, [[measurements] = []]] = await Promise.all([
      this.look(),
      this.client.ask(`SHOW MEASUREMENTS ON ${quoted(this.database)}`),
    ])
    const names = (measurements?.values ?? []).map(([name]) => String(name)).filter((name) => !own.includes(name))
    if (names.length === 0 || !policy) return undefined
    const from = (name: string) => `${quoted(this.database)}.${quoted(policy.name)}.${quoted(name)}`
    const looked = names.slice(0, FOREIGN_LOOKED_AT)
    const found = await this.client.ask(...looked.map((name) => `SELECT * FROM ${from(name)} LIMIT 1`))
    // Of more than that one is here as likely as not.
    return looked.find((_, index) => (found[index]?.length ?? 0) > 0) ?? names[FOREIGN_LOOKED_AT]
  }

  /** The statement is of all retention policies, and others may hold what nobody wants to lose. */
  async delete(selection: Selection): Promise<void> {
    const policies = await policiesOf(this.client, this.database)
    const found = await this.oldestElsewhere(policies, selection)
    if (!found) return this.records.delete(selection)
    throw new MonitorError('DATABASE_UNSUPPORTED', this.reason(policies, selection, found))
  }

  /** A day at a time: those without a day between them are one. */
  async undeletable(selection: Selection): Promise<Undeletable | undefined> {
    const policies = await policiesOf(this.client, this.database)
    const first = await this.oldestElsewhere(policies, selection)
    if (!first) return undefined
    let to = first.timestamp + DAY_MS
    while (to < selection.to) {
      const next = await this.oldestElsewhere(policies, { ...selection, from: to })
      if (!next || next.timestamp >= to + DAY_MS) break
      to = next.timestamp + DAY_MS
    }
    return { from: first.timestamp, to: Math.min(to, selection.to), reason: this.reason(policies, selection, first) }
  }

  byHand(retention_ms: Retention_ms, isThere: boolean): string {
    const name = this.policy ?? 'autogen'
    return this.statement(isThere ? 'ALTER' : 'CREATE', name, retention_ms, shardOf(retention_ms))
  }

  /** The first of a range that other policies hold. */
  private async oldestElsewhere(policies: readonly Policy[], selection: Selection): Promise<Elsewhere | undefined> {
    const { measurement, from, to } = selection
    const others = policies.filter((policy) => !this.isIt(policy))
    const range = `time >= ${from}ms AND time < ${to}ms`
    const statements = others.map(
      ({ name }) => `SELECT * FROM ${quoted(name)}.${quoted(measurement)} WHERE ${range} LIMIT 1`,
    )
    const answers = statements.length > 0 ? await this.client.ask(...statements) : []
    const found = answers.flatMap(([series], index): Elsewhere[] => {
      const policy = others[index]
      const timestamp = Date.parse(String(series?.values?.[0]?.[series.columns.indexOf('time')]))
      return policy && Number.isFinite(timestamp) ? [{ policy: policy.name, timestamp }] : []
    })
    return found.sort((one, other) => one.timestamp - other.timestamp)[0]
  }

  private reason(policies: readonly Policy[], { measurement }: Selection, { policy }: Elsewhere): string {
    const own = quoted(policies.find((each) => this.isIt(each))?.name ?? '')
    const other = quoted(policy)
    const on = `ON ${quoted(this.database)}`
    return [
      `What is past its life in ${this.name} stays where retention policy ${other} holds "${measurement}" of the same time`,
      'InfluxDB 1.x deletes from all retention policies at once',
      `If what is there is not needed, by hand: DROP RETENTION POLICY ${other} ${on}`,
      `Else give ${own} a duration, by which the server deletes there alone: ALTER RETENTION POLICY ${own} ${on} DURATION ...`,
    ].join('. ')
  }

  private isIt({ name, isDefault }: Policy): boolean {
    return this.policy === undefined ? isDefault : name === this.policy
  }

  private statement(verb: 'CREATE' | 'ALTER', name: string, retention_ms: Retention_ms, shard_ms?: number): string {
    const duration = retention_ms === undefined ? 'INF' : hoursText(retention_ms)
    const replication = verb === 'CREATE' ? ' REPLICATION 1' : ''
    const shard = shard_ms === undefined ? '' : ` SHARD DURATION ${hoursText(shard_ms)}`
    const place = `${quoted(name)} ON ${quoted(this.database)}`
    return `${verb} RETENTION POLICY ${place} DURATION ${duration}${replication}${shard}`
  }
}

/** What is past its life goes a whole shard at a time; small ones cost room and memory each. */
function shardOf(retention_ms: Retention_ms): number {
  if (retention_ms === undefined || retention_ms > 180 * DAY_MS) return 28 * DAY_MS
  return retention_ms > 14 * DAY_MS ? 7 * DAY_MS : DAY_MS
}

function hoursText(duration_ms: number): string {
  return `${Math.ceil(duration_ms / HOUR_MS)}h`
}
