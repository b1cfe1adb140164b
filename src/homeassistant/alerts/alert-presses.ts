import type { AlertCommand } from '../../alerting/alert-command'
import { type Incident, MANY } from '../../alerting/incidents/incident'
import type { Home } from './home-alerts'

/** What the buttons of a page ask for. */
export type AlertPress = { readonly command: 'acknowledge' } | { readonly command: 'silence'; readonly for_s: number }

/** An engine has at most 100 silences at a time. */
const MOST_COMMANDS = 50
const LONGEST_PATTERN = 128
const BY = 'Home Assistant'

/**
 * The commands for `kasa-alert` that a press on a page means: its device, and whatever else is open there, such as an
 * outlet of its own or an incident of many that it is part of. On the page of the bridge that is what is open there.
 */
export function commandsOfPress(press: AlertPress, home: Home, open: readonly Incident[]): readonly AlertCommand[] {
  const device = home === undefined ? undefined : patternOf(home)
  const others = open.filter(({ device_id }) => device === undefined || device_id !== home)
  const commands: AlertCommand[] = device === undefined ? [] : [commandFor(press, { device })]
  const subjects = new Set<string>()
  for (const { id, device_id } of others.slice(0, MOST_COMMANDS)) {
    const pattern = press.command === 'silence' ? patternOf(device_id) : undefined
    if (pattern === undefined) commands.push(commandFor(press, { incident_id: id }))
    else if (!subjects.has(pattern)) commands.push(commandFor(press, { device: pattern }))
    if (pattern !== undefined) subjects.add(pattern)
  }
  return commands
}

function commandFor(press: AlertPress, filter: { device: string } | { incident_id: string }): AlertCommand {
  return press.command === 'silence' ? { ...press, ...filter } : { ...press, by: BY, ...filter }
}

/** An id that means itself alone where a pattern is expected. */
function patternOf(id: string): string | undefined {
  return id !== MANY && id.length <= LONGEST_PATTERN && /^[^!@*][^*]*$/u.test(id) ? id : undefined
}
