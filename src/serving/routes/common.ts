import { MonitorError } from '../../domain/errors'
import { MEASURED_KEYS } from '../../domain/reading'
import type { Database } from '../../database/database'
import type { ApiSources } from '../api-sources'
import { parseInstant } from '../../database/time-range'
import type { Parameter } from '../routing/parameter'
import type { Keep } from '../routing/route'

// Stores cut a text at NUL and replace lone surrogates. The comma parts the ids of a list.
const ID = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*$' } as const
/** A URL that is longer than servers and proxies take helps nobody. */
const MOST_DEVICES = 100

export const DEVICE_ID = {
  in: 'path',
  description: 'Id of the device: stable, as readings have it',
  schema: ID,
} as const satisfies Parameter

export const DEVICE_IDS = {
  in: 'query',
  description: 'Ids of devices, separated by commas; all without it',
  schema: { type: 'array', items: ID, maxItems: MOST_DEVICES, uniqueItems: true },
} as const satisfies Parameter

export const FIELDS = {
  in: 'query',
  description: 'Fields of readings, separated by commas; all without it',
  schema: {
    type: 'array',
    items: { type: 'string', enum: MEASURED_KEYS },
    maxItems: MEASURED_KEYS.length,
    uniqueItems: true,
  },
} as const satisfies Parameter

const MOMENT = { type: 'string', minLength: 1, maxLength: 40 } as const

export const FROM = {
  in: 'query',
  description: 'Begin of the range: ms since the epoch, ISO 8601 with a zone, or relative to now: -24h',
  schema: MOMENT,
} as const satisfies Parameter

export const TO = {
  in: 'query',
  description: 'End of the range, which does not belong to it: as from, or now',
  schema: MOMENT,
} as const satisfies Parameter

export const TIME_ZONE = {
  in: 'query',
  description: 'Whose hours, days and months: a name such as Europe/Berlin; that of the machine without it',
  schema: { type: 'string', minLength: 1, maxLength: 64 },
} as const satisfies Parameter

/** What reaches to the present is no longer true than a live reading. @param to as in `TO` */
export function keepUntil(to: string | undefined, now_ms: number): Keep {
  const end = to === undefined ? undefined : parseInstant(to)
  return end !== undefined && end <= now_ms ? 'history' : 'live'
}

/** @throws MonitorError `DATABASE_UNSUPPORTED` where none was chosen; the reason why it is not open */
export function databaseOf({ database }: ApiSources): Promise<Database> {
  if (database) return database()
  throw new MonitorError('DATABASE_UNSUPPORTED', 'No database is chosen for this API')
}
