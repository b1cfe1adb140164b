import { quoted, type Influx1Client } from './influx1-client'

export interface Policy {
  readonly name: string
  /** Undefined: for ever. */
  readonly retention_ms: number | undefined
  readonly shard_ms: number
  readonly isDefault: boolean
}

/** The retention policies of a database. */
export async function policiesOf(client: Influx1Client, database: string): Promise<Policy[]> {
  const [[policies] = []] = await client.ask(`SHOW RETENTION POLICIES ON ${quoted(database)}`)
  const { columns = [], values = [] } = policies ?? {}
  const at = (name: string) => columns.indexOf(name)
  return values.map((row) => ({
    name: String(row[at('name')]),
    retention_ms: durationOf(row[at('duration')]) || undefined,
    shard_ms: durationOf(row[at('shardGroupDuration')]),
    isDefault: row[at('default')] === true,
  }))
}

/** `168h0m0s`; 0 is for ever. */
function durationOf(text: unknown): number {
  const match = typeof text === 'string' ? /^(?:(\d{1,9})h)?(?:(\d{1,2})m)?(?:(\d{1,2})s)?$/.exec(text) : null
  const [hours, minutes, seconds] = [1, 2, 3].map((group) => Number(match?.[group] ?? 0)) as [number, number, number]
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}
