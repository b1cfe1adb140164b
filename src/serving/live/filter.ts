import type { StateChange } from '../../alerting/incidents/incident'
import { SEVERITIES, type Severity } from '../../alerting/rules/rule'
import { MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import { DEVICE_IDS, FIELDS } from '../routes/common'
import type { Parameters, ValuesOf } from '../routing/parameter'
import type { ToldReading } from './told-reading'

const EVENTS = ['readings', 'incidents'] as const

/** What a client may choose: in the query of a connection, or, over WebSocket, in a message. */
export const FILTER_PARAMETERS = {
  device_id: DEVICE_IDS,
  fields: {
    ...FIELDS,
    description: 'Fields of readings, separated by commas; readings without any of them are not told. All without it',
  },
  events: {
    in: 'query',
    description: 'What is told; both without it',
    schema: { type: 'array', items: { type: 'string', enum: EVENTS }, maxItems: EVENTS.length, uniqueItems: true },
  },
  severity: {
    in: 'query',
    description: 'Incidents of this severity and worse',
    schema: { type: 'string', enum: SEVERITIES, default: 'info' },
  },
  changes: {
    in: 'query',
    description:
      'Only readings in which something is other than before: one of the fields, or anything but latency_ms and rssi_dbm',
    schema: { type: 'boolean', default: false },
  },
} as const satisfies Parameters

export type FilterValues = ValuesOf<typeof FILTER_PARAMETERS>

/** What one client wants to be told. */
export class LiveFilter {
  /** Equal for all filters that let the same through. */
  readonly key: string
  /** In the order of the vocabulary; empty: all. */
  readonly fields: readonly MeasuredKey[]
  readonly hasReadings: boolean
  readonly hasIncidents: boolean
  private readonly device_ids: ReadonlySet<string>
  private readonly severity: Severity
  private readonly changes: boolean

  constructor({ device_id = [], fields = [], events = [], severity, changes }: FilterValues) {
    this.device_ids = new Set([...device_id].sort())
    this.fields = MEASURED_KEYS.filter((key) => fields.includes(key))
    this.hasReadings = events.length === 0 || events.includes('readings')
    this.hasIncidents = events.length === 0 || events.includes('incidents')
    this.severity = severity
    this.changes = changes
    this.key = JSON.stringify(this)
  }

  /** Whether it is told as the newest, to somebody who knows none. */
  matches({ reading }: ToldReading): boolean {
    if (!this.hasReadings || !this.isOf(reading.device_id)) return false
    return this.fields.length === 0 || this.fields.some((key) => reading[key] !== undefined)
  }

  /** Whether it is told to somebody who knows the one before. */
  passes(told: ToldReading): boolean {
    return this.matches(told) && (!this.changes || told.hasChanged(this.fields))
  }

  passesIncident({ severity, device_id, members = {} }: NonNullable<StateChange['incident']>): boolean {
    if (!this.hasIncidents || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(this.severity)) return false
    return this.isOf(device_id) || Object.keys(members).some((id) => this.isOf(id))
  }

  /** As the client could have written it. */
  toJSON(): object {
    const { device_ids, fields, hasReadings, hasIncidents, severity, changes } = this
    return {
      ...(device_ids.size > 0 && { device_id: [...device_ids] }),
      ...(fields.length > 0 && { fields }),
      events: EVENTS.filter((event) => (event === 'readings' ? hasReadings : hasIncidents)),
      ...{ severity, changes },
    }
  }

  private isOf(device_id: string): boolean {
    return this.device_ids.size === 0 || this.device_ids.has(device_id)
  }
}
