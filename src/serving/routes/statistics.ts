import { parseHistoryQuery } from '../../database/history/history-query'
import { route } from '../routing/route'
import { bucketFor, deviceStatistics } from '../statistics/device-statistics'
import { databaseOf, DEVICE_IDS, FIELDS, FROM, keepUntil, TIME_ZONE, TO } from './common'
import { DEVICE_STATISTICS, TIMESTAMP } from './schemas'

/** All that is needed for a percentile is in memory at once. */
const MOST_DEVICES = 20

export const getStatistics = route({
  method: 'GET',
  path: '/statistics',
  id: 'getStatistics',
  tag: 'history',
  summary: 'What values of devices did in a range: mean, median, percentiles, deviation, trend',
  description:
    'Values count by how long they held. They are made of buckets, whose length the answer tells: at most 2,000 a device.',
  right: 'read',
  parameters: {
    device_id: {
      ...DEVICE_IDS,
      description: 'Ids of devices, separated by commas',
      schema: { ...DEVICE_IDS.schema, maxItems: MOST_DEVICES },
      required: true,
    },
    from: FROM,
    to: TO,
    fields: FIELDS,
    time_zone: TIME_ZONE,
  },
  answers: {
    200: {
      description: 'Statistics, by device; of devices without readings nothing',
      schema: {
        type: 'object',
        properties: {
          from: TIMESTAMP,
          to: TIMESTAMP,
          bucket: { type: 'string' },
          devices: { type: 'array', items: DEVICE_STATISTICS },
        },
        required: ['from', 'to', 'bucket', 'devices'],
      },
    },
  },
  problems: [501, 503],
  keep: ({ to }, now_ms) => keepUntil(to, now_ms),
  async answer({ parameters: { device_id, fields = [], ...given }, sources, clock, signal }) {
    const asked = { ...given, device_ids: [...device_id], fields: [...fields], order: 'oldest-first' }
    const { from, to } = parseHistoryQuery(asked, clock.now())
    const bucket = bucketFor({ from, to })
    const query = parseHistoryQuery({ ...asked, from, to, bucket }, clock.now())
    const devices = await deviceStatistics(await databaseOf(sources), query, signal)
    return { json: { from, to, bucket, devices } }
  },
})
