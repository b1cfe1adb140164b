import type { Database, HistoryBucket, HistoryQuery, HistoryRow } from '../../database/database'
import { HISTORY_DEFAULTS, parseHistoryQuery } from '../../database/history/history-query'
import { MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import type { Row, RowsEnd } from '../answers/answer'
import { route } from '../routing/route'
import { databaseOf, DEVICE_IDS, FIELDS, FROM, keepUntil, TIME_ZONE, TO } from './common'
import { HISTORY_BUCKET, HISTORY_ROW, TIMESTAMP } from './schemas'

/** Rows of one answer. They are read and sent in pages, so that nobody ever holds them all. */
const MOST_ROWS = 1_000_000
const PAGE_ROWS = 2000
const STATISTICS = ['mean', 'minimum', 'maximum', 'p50', 'p95'] as const

export const listReadings = route({
  method: 'GET',
  path: '/readings',
  id: 'listReadings',
  tag: 'history',
  summary: 'Readings of the past, as they came or in buckets',
  description:
    'With `bucket`, each row has the statistics of a stretch of time; tiers that are rolled up answer by themselves where raw readings are gone. ' +
    'Where there is more than `limit`, `cursor` of the answer goes on from there.',
  right: 'read',
  parameters: {
    device_id: DEVICE_IDS,
    from: FROM,
    to: TO,
    fields: FIELDS,
    order: {
      in: 'query',
      description: 'By time',
      schema: { type: 'string', enum: ['newest-first', 'oldest-first'], default: HISTORY_DEFAULTS.order },
    },
    limit: {
      in: 'query',
      description: 'Rows of the answer',
      schema: { type: 'integer', minimum: 1, maximum: MOST_ROWS, default: HISTORY_DEFAULTS.limit },
    },
    cursor: {
      in: 'query',
      description: 'Of the answer before, to the same question',
      schema: { type: 'string', minLength: 1, maxLength: 1024 },
    },
    bucket: {
      in: 'query',
      description: 'Length of a bucket: such as 5m, 1h; hour, day or month of the time zone; auto for a chart',
      schema: { type: 'string', minLength: 1, maxLength: 16 },
    },
    time_zone: TIME_ZONE,
  },
  formats: ['json', 'ndjson', 'csv'],
  answers: {
    200: {
      description: 'Rows, or buckets, by time and then by device',
      schema: {
        type: 'object',
        properties: {
          rows: { type: 'array', items: { anyOf: [HISTORY_ROW, HISTORY_BUCKET] } },
          cursor: { type: 'string', description: 'There is more: ask again with it.' },
          raw_from: { ...TIMESTAMP, description: 'Raw readings begin here, though the range began before.' },
        },
        required: ['rows'],
      },
    },
  },
  problems: [501, 503],
  keep: ({ to }, now_ms) => keepUntil(to, now_ms),
  async answer({ parameters, sources, clock, signal }) {
    const { device_id = [], fields = [], limit, ...given } = parameters
    const query = parseHistoryQuery({ ...given, device_ids: [...device_id], fields: [...fields] }, clock.now())
    const database = await databaseOf(sources)
    const chosen = fields.length === 0 ? MEASURED_KEYS : fields
    return {
      rows: pages(database, query, limit, signal),
      member: 'rows',
      columns: query.bucket ? bucketColumns(chosen) : ['device_id', 'timestamp', 'quality', ...chosen],
      ...(query.bucket && { flat: (row: Row) => flatBucket(row as unknown as HistoryBucket) }),
    }
  },
})

async function* pages(
  database: Database,
  query: HistoryQuery,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[], RowsEnd, void> {
  let { cursor } = query
  let raw_from: number | undefined
  for (let left = limit; left > 0;) {
    signal.throwIfAborted()
    const page = await database.history({ ...query, limit: Math.min(left, PAGE_ROWS), ...(cursor && { cursor }) })
    raw_from ??= page.raw_from
    yield page.rows as readonly (HistoryRow | HistoryBucket)[] as readonly Row[]
    left -= page.rows.length
    cursor = page.cursor
    if (cursor === undefined) break
  }
  return { ...(cursor !== undefined && { cursor }), ...(raw_from !== undefined && { raw_from }) }
}

function bucketColumns(fields: readonly MeasuredKey[]): string[] {
  const ofFields = fields.flatMap((field) => STATISTICS.map((statistic) => `${field}_${statistic}`))
  return ['device_id', 'timestamp', 'bucket_ms', 'count', 'covered_s', 'energy_kwh', 'energy_source', ...ofFields]
}

function flatBucket({ fields, ...bucket }: HistoryBucket): Row {
  const values = Object.entries(fields).flatMap(([field, statistics]) =>
    STATISTICS.map((statistic) => [`${field}_${statistic}`, statistics[statistic]] as const),
  )
  return { ...bucket, ...Object.fromEntries(values) }
}
