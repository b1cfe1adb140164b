import Ajv from 'ajv'
import { SEVERITIES } from '../rules/rule'
import { END_REASONS, type Incident } from './incident'
import type { OccurrenceRecord } from './occurrence'
import type { OpenRecord } from './open-incident'

/** Of what is saved; another one is not read. */
export const VERSION = 1

const LAST_MOMENT_MS = 8.64e15

const text = { type: 'string' }
const number = { type: 'number' }
const moment = { type: 'integer', minimum: 0, maximum: LAST_MOMENT_MS }
const count = { type: 'integer', minimum: 0 }
const list = { type: 'array' }
const value = { type: ['number', 'boolean', 'string'] }
const texts = { type: 'object', additionalProperties: text }
const facts = { type: 'object', additionalProperties: value }
const evidence = withKeys({}, { key: text, value, unit: text, threshold: value, facts })

const OCCURRENCE = {
  ...{ rule_id: text, rule_name: text, kind: text, severity: { enum: SEVERITIES }, labels: texts },
  ...{ device_id: text, alias: text, flapping: { type: 'boolean' }, raised_at: moment },
  duration_s: { type: 'number', minimum: 0, maximum: LAST_MOMENT_MS / 1000 },
  ...{ level: { type: 'integer', minimum: 1 }, raised: evidence, latest: evidence },
}
const EXTREMES = { highest: number, lowest: number }
const INCIDENT = { ...OCCURRENCE, id: text, reminders: count }
const OF_INCIDENT = {
  ...{ ...EXTREMES, parted_from: text, members: texts, left: texts },
  ...{ acknowledged_at: moment, acknowledged_by: text },
}
const isOpenState = { enum: ['firing', 'recovering'] }
const RESOLVED = { ...INCIDENT, state: { const: 'resolved' }, resolved_at: moment }
const FRAME = { version: { const: VERSION }, saved_at: moment, newest_id: moment, open: list, many: list, past: list }
const MANY_FRAME = { rule_id: text, many_from: count, held: list, members: list }

export interface Frame {
  readonly saved_at: number
  readonly newest_id: number
  readonly open: readonly unknown[]
  readonly many: readonly unknown[]
  readonly past: readonly unknown[]
}

export interface ManyFrame {
  readonly rule_id: string
  readonly many_from: number
  readonly held: readonly unknown[]
  readonly members: readonly unknown[]
  readonly incident?: unknown
}

const ajv = new Ajv({ allowUnionTypes: true })

export const isFrame = ajv.compile<Frame>(withKeys(FRAME))
export const isManyFrame = ajv.compile<ManyFrame>(withKeys(MANY_FRAME, { incident: {} }))
export const isOccurrence = ajv.compile<OccurrenceRecord>(withKeys({ ...OCCURRENCE, state: isOpenState }, EXTREMES))
export const isOpenIncident = ajv.compile<OpenRecord>(withKeys({ ...INCIDENT, state: isOpenState }, OF_INCIDENT))
export const isPastIncident = ajv.compile<Incident>(
  withKeys(RESOLVED, { ...OF_INCIDENT, ended_by: { enum: END_REASONS } }),
)

function withKeys(required: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}): object {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  }
}
