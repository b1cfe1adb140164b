import { parseTariff } from '../../src/domain/tariffs/parse-tariff'
import type { Tariff } from '../../src/domain/tariffs/tariff'
import { TimeZone } from '../../src/domain/time-zone'
import type { SettingsOf } from '../shared/schema'
import type { schema } from './kasa-tariff.schema'

/**
 * What the dialog says; a time zone that is left empty is the machine's.
 * @throws MonitorError `CONFIG_INVALID` naming field, value and range
 */
export function tariffOf(settings: SettingsOf<typeof schema>): Tariff {
  const { name, currency, time_zone, billing_day, versions, special_days } = settings
  return parseTariff({
    name: name.trim() || 'tariff',
    currency: currency.trim().toUpperCase(),
    time_zone: time_zone.trim() || new TimeZone(undefined).name,
    ...{ billing_day, versions, special_days },
  })
}
