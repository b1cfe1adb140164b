import type { Calendar } from '../../../domain/calendar'
import type { Incident } from '../../incidents/incident'
import type { Texts } from './texts'

/**
 * Several incidents in one message, gravest first as they come.
 * @param more how many there are that are not among them
 */
export function summaryOf(incidents: readonly Incident[], more: number, _calendar: Calendar): Texts {
  return { title: `${incidents.length + more} alerts`, text: incidents.map(({ rule_name }) => rule_name).join('\n') }
}
