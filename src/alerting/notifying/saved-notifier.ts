import type { IncidentFilter } from '../alert-command'
import type { Json } from '../conditions/condition'
import type { Incident } from '../incidents/incident'
import { SEVERITIES } from '../rules/rule'
import type { Silence } from './silence'
import type { Known, News } from './telling'

/** What is kept of one incident. */
export interface SavedTelling extends Known {
  readonly id: string
  /** When the next reminder is due, ms since the epoch. */
  readonly remind_at?: number
  readonly news?: News
  /** It has waited for its group already. */
  readonly held?: true
  /** Where it is over, so that nobody else keeps it. */
  readonly ended?: Incident
}

type Content = Readonly<Record<string, unknown>>

const NEWS: readonly News[] = ['raised', 'escalated', 'flapping', 'reminder', 'resolved']

/** @returns undefined where it is damaged */
export function readSaved(saved: Json): { [key: string]: Json } | undefined {
  return isContent(saved) ? (saved as { [key: string]: Json }) : undefined
}

/** @returns undefined where it is damaged */
export function readTelling(saved: unknown): SavedTelling | undefined {
  if (!isContent(saved)) return undefined
  const { id, told, known_level, knows_flapping, reminders, remind_at, ended } = saved
  const news = NEWS.find((name) => name === saved.news)
  if (typeof id !== 'string' || !isCount(known_level) || !isCount(reminders)) return undefined
  if (ended !== undefined && !isIncident(ended)) return undefined
  return {
    id,
    told: told === true,
    known_level,
    knows_flapping: knows_flapping === true,
    reminders,
    ...(isTime(remind_at) && { remind_at }),
    ...(news !== undefined && { news }),
    ...(saved.held === true && { held: true }),
    ...(ended !== undefined && { ended }),
  }
}

/** @returns undefined where it is damaged */
export function readSilence(saved: unknown): Silence | undefined {
  if (!isContent(saved)) return undefined
  const { id, created_at, until, critical, comment } = saved
  const filter = readFilter(saved.filter)
  if (typeof id !== 'string' || !isTime(created_at) || !isTime(until) || filter === undefined) return undefined
  return {
    id,
    filter,
    created_at,
    until,
    critical: critical === true,
    comment: typeof comment === 'string' ? comment : '',
  }
}

/** One that has lost a part would hold back more than it was meant to. */
function readFilter(saved: unknown): IncidentFilter | undefined {
  if (!isContent(saved)) return undefined
  const { incident_id, rule_id, device, labels } = saved
  const severity = SEVERITIES.find((name) => name === saved.severity)
  const areTexts = [incident_id, rule_id, device].every((value) => value === undefined || typeof value === 'string')
  if (!areTexts || severity !== saved.severity || (labels !== undefined && !isLabels(labels))) return undefined
  return {
    ...(typeof incident_id === 'string' && { incident_id }),
    ...(typeof rule_id === 'string' && { rule_id }),
    ...(typeof device === 'string' && { device }),
    ...(severity !== undefined && { severity }),
    ...(labels !== undefined && { labels }),
  }
}

/** As far as texts and groups need it. */
function isIncident(saved: unknown): saved is Incident {
  if (!isContent(saved)) return false
  const areTexts = ['id', 'rule_id', 'rule_name', 'kind', 'device_id', 'alias'].every(
    (key) => typeof saved[key] === 'string',
  )
  const areTimes = ['raised_at', 'duration_s', 'level'].every((key) => isTime(saved[key]))
  const isGrave = SEVERITIES.some((name) => name === saved.severity)
  const isWhole = isLabels(saved.labels) && isContent(saved.raised) && isContent(saved.latest)
  return areTexts && areTimes && isGrave && isWhole && saved.state === 'resolved'
}

function isLabels(saved: unknown): saved is Readonly<Record<string, string>> {
  return isContent(saved) && Object.values(saved).every((value) => typeof value === 'string')
}

function isContent(saved: unknown): saved is Content {
  return typeof saved === 'object' && saved !== null && !Array.isArray(saved)
}

function isCount(saved: unknown): saved is number {
  return Number.isSafeInteger(saved) && (saved as number) >= 0
}

function isTime(saved: unknown): saved is number {
  return typeof saved === 'number' && Number.isFinite(saved)
}
