import Ajv from 'ajv'
import {
  CHANGE_NAMES,
  END_REASONS,
  type Incident,
  MOST_NAMED,
  type StateChange,
} from '../../alerting/incidents/incident'
import { RULE_FIELDS, SEVERITIES } from '../../alerting/rules/rule'

const LAST_MOMENT_MS = 8.64e15
const LONGEST_TEXT = 256
const MOST_FACTS = 40

const text = { type: 'string', maxLength: LONGEST_TEXT }
const id = { ...text, minLength: 1 }
const rule_id = {
  type: 'string',
  maxLength: RULE_FIELDS.id.maximum_length,
  pattern: RULE_FIELDS.id.pattern.expression,
}
const boolean = { type: 'boolean' }
const number = { type: 'number' }
const count = { type: 'integer', minimum: 0 }
const moment = { type: 'integer', minimum: 0, maximum: LAST_MOMENT_MS }
const value = { type: ['number', 'boolean', 'string'], maxLength: LONGEST_TEXT }
const names = { type: 'object', maxProperties: MOST_NAMED, propertyNames: id, additionalProperties: text }
const labels = { type: 'object', maxProperties: RULE_FIELDS.labels.maximum_length, additionalProperties: text }
const facts = { type: 'object', maxProperties: MOST_FACTS, additionalProperties: value }
const evidence = shape({}, { key: text, value, unit: text, threshold: value, facts })

const INCIDENT = shape(
  {
    ...{
      id: { ...text, maxLength: 2 * LONGEST_TEXT },
      rule_id,
      rule_name: text,
      kind: text,
      device_id: id,
      alias: text,
    },
    ...{ severity: { enum: SEVERITIES }, labels, state: { enum: ['firing', 'recovering', 'resolved'] } },
    ...{ flapping: boolean, raised_at: moment, duration_s: { type: 'number', minimum: 0 }, reminders: count },
    ...{ level: count, raised: evidence, latest: evidence },
  },
  {
    ...{ resolved_at: moment, ended_by: { enum: END_REASONS }, parted_from: text },
    ...{ acknowledged_at: moment, acknowledged_by: text },
    ...{ highest: number, lowest: number, members: names, left: names },
  },
)

const STATE = { enum: ['normal', 'pending', 'firing', 'recovering'] }
const CHANGE = shape(
  {
    change: { enum: CHANGE_NAMES },
    state: STATE,
    previous: STATE,
    rule_id,
    device_id: id,
    alias: text,
    timestamp: moment,
  },
  { incident: INCIDENT },
)

// What a foreign object inherits is none of what it says.
const ajv = new Ajv({ ownProperties: true, allowUnionTypes: true })

export const isStateChange = ajv.compile<StateChange>(CHANGE)
export const isIncident = ajv.compile<Incident>(INCIDENT)

/** Further keys are allowed: a later version may tell more. */
function shape(required: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>>): object {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }
}
