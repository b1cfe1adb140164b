import { MEASURED_KEYS, type MeasuredKey, type Reading } from '../../domain/reading'
import type { Row, RowsEnd } from '../answers/answer'
import type { ApiSources } from '../api-sources'
import { route } from '../routing/route'
import { DEVICE_IDS, FIELDS } from './common'
import { READING } from './schemas'

export const listLatest = route({
  method: 'GET',
  path: '/latest',
  id: 'listLatest',
  tag: 'readings',
  summary: 'The newest reading of each device',
  description:
    'Of devices that are polled now, the last one that came; of others, the last one in the database, where one is chosen.',
  right: 'read',
  parameters: { device_id: DEVICE_IDS, fields: FIELDS },
  formats: ['json', 'ndjson', 'csv'],
  answers: {
    200: {
      description: 'Readings, by device',
      schema: {
        type: 'object',
        properties: { readings: { type: 'array', items: READING } },
        required: ['readings'],
      },
    },
  },
  problems: [503],
  keep: () => 'status',
  async answer({ parameters: { device_id = [], fields = [] }, sources }) {
    const wanted = new Set(device_id)
    const readings = (await latestReadings(sources))
      .filter((reading) => wanted.size === 0 || wanted.has(reading.device_id))
      .map((reading) => (fields.length === 0 ? reading : withFields(reading, fields)))
    return {
      rows: once(readings),
      member: 'readings',
      columns: [...IDENTITY, ...(fields.length === 0 ? MEASURED_KEYS : fields), 'source', 'quality'],
    }
  },
})

const IDENTITY = ['device_id', 'parent_id', 'alias', 'model', 'host', 'timestamp'] as const

async function* once(readings: readonly Reading[]): AsyncGenerator<readonly Row[], RowsEnd, void> {
  yield await Promise.resolve(readings as readonly object[] as readonly Row[])
  return {}
}

/** The newest of each device, by id. */
export async function latestReadings(sources: ApiSources): Promise<Reading[]> {
  const found = new Map<string, Reading>()
  const stored = sources.database ? await (await sources.database()).latest() : []
  const polled = sources.devices().flatMap(({ reading }) => (reading ? [reading] : []))
  for (const reading of [...stored, ...polled]) {
    const known = found.get(reading.device_id)
    if (!known || known.timestamp <= reading.timestamp) found.set(reading.device_id, reading)
  }
  return [...found.values()].sort((one, other) => (one.device_id < other.device_id ? -1 : 1))
}

export function withFields(reading: Reading, fields: readonly MeasuredKey[]): Reading {
  const keys: readonly string[] = [...IDENTITY, ...fields, 'source', 'quality']
  return Object.fromEntries(Object.entries(reading).filter(([key]) => keys.includes(key))) as unknown as Reading
}
