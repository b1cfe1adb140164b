import type { Database, HistoryBucket, HistoryQuery } from '../../database/database'
import { Turns } from '../../database/history/turns'
import { MEASURED_FIELDS, MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import { statisticsOf, type Stretch, type ValueStatistics } from './weighted-values'

/** What one device did in a range. */
export interface DeviceStatistics {
  readonly device_id: string
  /** Readings. */
  readonly count: number
  readonly covered_s: number
  readonly energy_kwh?: number
  readonly fields: Partial<Record<MeasuredKey, ValueStatistics>>
}

interface Gathered {
  count: number
  covered_s: number
  energy_kwh: number | undefined
  readonly stretches: Map<MeasuredKey, Stretch[]>
}

const PAGE_ROWS = 2000
/** So many make a distribution that nobody can tell from that of the readings; and they fit into memory. */
const MOST_STRETCHES = 2000
/** From an hour on they are those of a time zone, so that tiers can serve them. */
const LENGTHS = [
  ['1s', 1000],
  ['5s', 5000],
  ['15s', 15_000],
  ['1m', 60_000],
  ['5m', 300_000],
  ['15m', 900_000],
  ['hour', 3_600_000],
] as const
const LONGEST = 'day'

/** The buckets that statistics of a range are made of, as `parseHistoryQuery` takes them. */
export function bucketFor({ from, to }: Pick<HistoryQuery, 'from' | 'to'>): string {
  const fine = LENGTHS.find(([, length_ms]) => (to - from) / length_ms <= MOST_STRETCHES)
  return fine?.[0] ?? LONGEST
}

/**
 * By device. Values count by how long they held; what lies within a bucket counts as its mean, which matters where buckets
 * are longer than the time between two polls.
 * @param query with a bucket
 */
export async function deviceStatistics(
  database: Pick<Database, 'history'>,
  query: HistoryQuery,
  signal: AbortSignal,
): Promise<DeviceStatistics[]> {
  const devices = new Map<string, Gathered>()
  const turns = new Turns()
  for (let cursor: string | undefined, isOver = false; !isOver; isOver = cursor === undefined) {
    signal.throwIfAborted()
    const page = await database.history({ ...query, limit: PAGE_ROWS, ...(cursor !== undefined && { cursor }) })
    for (const bucket of page.rows as readonly HistoryBucket[]) {
      gather(devices, bucket)
      if (turns.isOver) await turns.next()
    }
    cursor = page.cursor
  }
  const found: DeviceStatistics[] = []
  for (const [device_id, gathered] of [...devices].sort(([one], [other]) => (one < other ? -1 : 1))) {
    signal.throwIfAborted()
    found.push(await told(device_id, gathered, turns))
  }
  return found
}

function gather(devices: Map<string, Gathered>, bucket: HistoryBucket): void {
  const { device_id, timestamp, bucket_ms, count, covered_s, energy_kwh, fields } = bucket
  let gathered = devices.get(device_id)
  if (!gathered) {
    gathered = { count: 0, covered_s: 0, energy_kwh: undefined, stretches: new Map() }
    devices.set(device_id, gathered)
  }
  gathered.count += count
  gathered.covered_s += covered_s
  if (energy_kwh !== undefined) gathered.energy_kwh = (gathered.energy_kwh ?? 0) + energy_kwh
  for (const field of MEASURED_KEYS) {
    const statistics = fields[field]
    if (!statistics) continue
    const { mean, minimum, maximum } = statistics
    const stretch = { timestamp: timestamp + bucket_ms / 2, covered_s, mean, minimum, maximum }
    const known = gathered.stretches.get(field)
    if (known) known.push(stretch)
    else gathered.stretches.set(field, [stretch])
  }
}

async function told(
  device_id: string,
  { count, covered_s, energy_kwh, stretches }: Gathered,
  turns: Turns,
): Promise<DeviceStatistics> {
  const fields: Partial<Record<MeasuredKey, ValueStatistics>> = {}
  for (const [field, known] of stretches) {
    if (turns.isOver) await turns.next()
    const statistics = statisticsOf(known)
    if (statistics) fields[field] = rounded(field, statistics)
  }
  return {
    device_id,
    count,
    covered_s: Math.round(covered_s),
    ...(energy_kwh !== undefined && { energy_kwh: Math.round(energy_kwh * 1e6) / 1e6 }),
    fields,
  }
}

/** Two digits beyond what the field can show: the rest is noise. */
function rounded(field: MeasuredKey, statistics: ValueStatistics): ValueStatistics {
  const definition = MEASURED_FIELDS[field]
  const scale = definition.type === 'number' ? 100 / definition.resolution : 1e4
  const values = Object.entries(statistics).map(([key, value]) => {
    return [key, Math.round((value as number) * scale) / scale + 0] as const
  })
  return Object.fromEntries(values) as unknown as ValueStatistics
}
