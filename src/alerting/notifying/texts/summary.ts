import type { Calendar } from '../../../domain/calendar'
import { isSilence } from '../../conditions/silence-evidence'
import type { Incident } from '../../incidents/incident'
import { formatList } from './format'
import { plainText, plainTitle } from './plain-text'
import { timeText } from './telling-times'
import type { Texts } from './texts'
import { titleOf } from './title'
import { isMomentary, valueOf } from './told'

const MOST_IN_TITLE = 2

/**
 * Several incidents in one message, gravest first as they come.
 * @param more how many there are that are not among them
 * @param wall_ms now; times of another day come with their date
 */
export function summaryOf(incidents: readonly Incident[], more: number, calendar: Calendar, wall_ms: number): Texts {
  const count = incidents.length + more
  const names = incidents.map(titleOf)
  const alerts = `${count === 1 ? '1 alert' : `${count} alerts`}${areOver(incidents) ? ' over' : ''}`
  const lines = incidents.map((incident) => lineOf(incident, calendar, wall_ms))
  if (more > 0) lines.push(`... and ${more} more`)
  return {
    title: plainTitle(names.length === 0 ? alerts : `${alerts}: ${formatList(names, count, MOST_IN_TITLE)}`),
    text: plainText(lines.join('\n')),
  }
}

function areOver(incidents: readonly Incident[]): boolean {
  return incidents.length > 0 && incidents.every(({ state }) => state === 'resolved')
}

/** `Heater: High power, 2,310 W, since 14:05` */
function lineOf(incident: Incident, calendar: Calendar, wall_ms: number): string {
  const { latest, state, flapping, raised_at, resolved_at } = incident
  const isWavering = flapping || state === 'recovering'
  const isMeasured = typeof latest.value === 'number' && !isSilence(latest) && !isWavering
  const value = isMeasured ? valueOf(latest) : undefined
  const when =
    state === 'resolved'
      ? `over at ${timeText(calendar, resolved_at ?? raised_at, wall_ms)}`
      : `${isMomentary(incident) ? 'at' : 'since'} ${timeText(calendar, raised_at, wall_ms)}`
  const now = flapping ? 'comes and goes' : state === 'recovering' ? 'over for the moment' : undefined
  return [titleOf(incident), value, when, now].filter((part) => part !== undefined).join(', ')
}
