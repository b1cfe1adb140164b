import type { IncidentFilter } from '../alert-command'
import type { Incident } from '../incidents/incident'
import { isOpenIncident, isPastIncident } from '../incidents/saved-schema'
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
  /** As it is to be told, where it is over, so that nobody else keeps it. */
  readonly ended?: Incident
}

export const VERSION = 1

/** What a restart must not lose. Plain JSON. */
export interface SavedNotifier {
  readonly version: typeof VERSION
  readonly tellings: readonly SavedTelling[]
  /** How many waited and are not known by name any more. */
  readonly uncounted: number
  /** When those of the last hour have left, ms since the epoch. */
  readonly sent: readonly number[]
  readonly silences: readonly Silence[]
}

type Content = Readonly<Record<string, unknown>>

const NEWS: readonly News[] = ['raised', 'escalated', 'flapping', 'reminder', 'resolved']

/** What is damaged, or of another version, is left out. */
export function readNotifier(saved: unknown): SavedNotifier {
  const content = isContent(saved) && saved.version === VERSION ? saved : {}
  return {
    version: VERSION,
    tellings: listOf(content.tellings, readTelling),
    uncounted: isCount(content.uncounted) ? content.uncounted : 0,
    sent: listOf(content.sent, (at) => (isTime(at) ? at : undefined)),
    silences: listOf(content.silences, readSilence),
  }
}

function listOf<Item>(saved: unknown, read: (item: unknown) => Item | undefined): Item[] {
  return Array.isArray(saved) ? saved.map(read).filter((item) => item !== undefined) : []
}

/** @returns undefined where it is damaged */
function readTelling(saved: unknown): SavedTelling | undefined {
  if (!isContent(saved)) return undefined
  const { id, told, known_level, knows_flapping, reminders, remind_at, ended } = saved
  const news = NEWS.find((name) => name === saved.news)
  if (typeof id !== 'string' || !isCount(known_level) || !isCount(reminders)) return undefined
  if (ended !== undefined && !isPastIncident(ended) && !isOpenIncident(ended)) return undefined
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
function readSilence(saved: unknown): Silence | undefined {
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
