import type { AlertOptions } from '../../src/alerting/alert-options'
import { type TextField, timeOfDay, WEEKDAYS } from '../../src/alerting/rules/fields'
import { parseGroups } from '../../src/alerting/rules/groups'
import type { DaySpan } from '../../src/domain/calendar'
import { invalid } from '../../src/domain/errors'
import type { SettingsOf } from '../shared/schema'
import type { GroupRow, schema } from './kasa-alert.schema'

type Settings = SettingsOf<typeof schema>

/**
 * What the dialog says of all rules.
 * @throws MonitorError `CONFIG_INVALID` naming the setting
 */
export function alertOptions(settings: Settings): AlertOptions {
  return {
    time_zone: settings.time_zone.trim(),
    quiet_hours: settings.quiet_hours === 'on' ? quietHours(settings) : undefined,
    group_wait_s: settings.group_wait_s,
    group_by: settings.group_by,
    maximum_per_hour: settings.maximum_per_hour,
    groups: groupsOf(settings.groups),
  }
}

/** @throws MonitorError `CONFIG_INVALID` naming the path such as `groups.kitchen[2]` */
export function groupsOf(rows: readonly GroupRow[]): AlertOptions['groups'] {
  return parseGroups(Object.fromEntries(rows.map(({ name, devices }) => [name, namesIn(devices)] as const)))
}

function quietHours({ quiet_from, quiet_to, quiet_days }: Settings): DaySpan {
  const days = namesIn(quiet_days.toLowerCase())
  const weekdays: readonly string[] = WEEKDAYS
  for (const day of days) {
    if (!weekdays.includes(day)) throw invalid('CONFIG_INVALID', 'quiet_days', day, `some of ${WEEKDAYS.join(', ')}`)
  }
  return { from: timeIn('quiet_from', quiet_from), to: timeIn('quiet_to', quiet_to), days }
}

function timeIn(field: string, given: string): string {
  const { pattern }: TextField = timeOfDay(given)
  if (pattern && !new RegExp(pattern.expression).test(given)) {
    throw invalid('CONFIG_INVALID', field, given, pattern.means)
  }
  return given
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
