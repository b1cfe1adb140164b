import { WEEKDAYS } from '../calendar'
import { TimeZone } from '../time-zone'
import { checkCoverage } from './check-coverage'
import { Given } from './given'
import { parseTimes, TIMES_KEYS } from './parse-times'
import {
  CHARGE_PERIODS,
  COST_KINDS,
  DEMAND_MINUTES,
  TAXABLE,
  type DemandCharge,
  type PriceRow,
  type SpecialDays,
  type Tariff,
  type TariffVersion,
  type Tax,
} from './tariff'

export const TARIFF_LIMITS = {
  billing_day: { minimum: 1, maximum: 28 },
  amount: { minimum: 0, maximum: 10_000_000 },
  /** Of a kWh; a credit is below 0. */
  price: { minimum: -1_000_000, maximum: 1_000_000 },
  percent: { minimum: 0, maximum: 1000 },
  up_to_kwh: { minimum: 0.001, maximum: 10_000_000 },
  versions: 100,
  rows: 200,
  demand_charges: 20,
  taxes: 10,
  special_days: 20,
  dates: 1000,
} as const

const TARIFF_KEYS = ['name', 'currency', 'time_zone', 'billing_day', 'special_days', 'versions'] as const
const VERSION_KEYS = [
  ...['valid_from', 'rows', 'demand_charges', 'service_charge', 'service_per', 'minimum_charge', 'taxes'],
]
const NAME = /^.{1,64}$/su
const DATE = /^(?:\d{4}-)?\d{2}-\d{2}$/
const SPECIAL_NAME = /^[a-z][a-z0-9_-]{0,31}$/

/**
 * A checked tariff from what a person or a flow gave: see `Tariff`, with times as `parseTimes` takes them. Blank is by
 * default.
 * @throws MonitorError `CONFIG_INVALID` naming field, value and range; also where no row applies at some time of a year,
 * and where a row never applies
 */
export function parseTariff(given: unknown): Tariff {
  const tariff = new Given('', given, TARIFF_KEYS)
  const special_days = tariff.list('special_days', TARIFF_LIMITS.special_days, parseSpecialDays)
  const names = special_days.map(({ count_as }) => count_as)
  const versions = tariff.list('versions', TARIFF_LIMITS.versions, (entry, path) => parseVersion(entry, path, names))
  assertInOrder(tariff, versions)
  versions.forEach((version, index) => checkCoverage(version, special_days, `versions.${index}`))
  const { minimum, maximum } = TARIFF_LIMITS.billing_day
  return {
    name: tariff.text('name', 'a name of at most 64 characters', NAME),
    currency: parseCurrency(tariff),
    time_zone: parseTimeZone(tariff),
    billing_day: tariff.wholeNumber('billing_day', minimum, maximum, 1),
    special_days,
    versions,
  }
}

function parseCurrency(tariff: Given): string {
  const range = 'a currency of ISO 4217 such as EUR'
  const currency = tariff.text('currency', range, /^[A-Z]{3}$/)
  if (Intl.supportedValuesOf('currency').includes(currency)) return currency
  throw tariff.refuse('currency', range)
}

function parseTimeZone(tariff: Given): string {
  return new TimeZone(tariff.text('time_zone', 'the name of a time zone such as Europe/Berlin', /^\S+$/)).name
}

function assertInOrder(tariff: Given, versions: readonly TariffVersion[]): void {
  if (versions.length === 0) throw tariff.refuse('versions', 'one version at least')
  for (const [index, { valid_from }] of versions.entries()) {
    const before = versions[index - 1]?.valid_from ?? ''
    if (index > 0 && (valid_from === undefined || valid_from <= before)) {
      throw tariff.refuse('versions', `versions in order, each but the first with a later valid_from`)
    }
  }
}

function parseSpecialDays(entry: unknown, path: string): SpecialDays {
  const given = new Given(path, entry, ['count_as', 'dates'])
  const range = `${WEEKDAYS.join(', ')} or a name of small letters`
  return {
    count_as: given.text('count_as', range, SPECIAL_NAME),
    dates: given.words('dates', TARIFF_LIMITS.dates, 'dates such as 2026-12-25, or 12-25 for every year', isDate),
  }
}

function parseVersion(entry: unknown, path: string, special: readonly string[]): TariffVersion {
  const given = new Given(path, entry, VERSION_KEYS)
  const { minimum, maximum } = TARIFF_LIMITS.amount
  const valid_from = given.isBlank('valid_from') ? undefined : parseValidFrom(given)
  return {
    ...(valid_from !== undefined && { valid_from }),
    rows: given.list('rows', TARIFF_LIMITS.rows, (row, at) => parseRow(row, at, special)),
    demand_charges: given.list('demand_charges', TARIFF_LIMITS.demand_charges, (charge, at) =>
      parseDemandCharge(charge, at, special),
    ),
    service_charge: given.number('service_charge', minimum, maximum, 0),
    service_per: given.choice('service_per', CHARGE_PERIODS, 'month'),
    minimum_charge: given.number('minimum_charge', minimum, maximum, 0),
    taxes: given.list('taxes', TARIFF_LIMITS.taxes, parseTax),
  }
}

function parseValidFrom(given: Given): string {
  const range = 'a date such as 2026-01-01'
  const date = given.text('valid_from', range, /^\d{4}-\d{2}-\d{2}$/)
  if (isDate(date)) return date
  throw given.refuse('valid_from', range)
}

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const date = text.length === 5 ? `2024-${text}` : text
  const moment = new Date(`${date}T00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}

function parseRow(entry: unknown, path: string, special: readonly string[]): PriceRow {
  const given = new Given(path, entry, ['name', ...TIMES_KEYS, 'price_per_kwh', 'up_to_kwh', 'up_to_per'])
  const { price, up_to_kwh } = TARIFF_LIMITS
  return {
    name: given.text('name', 'a name of at most 64 characters', NAME),
    ...parseTimes(given, special),
    price_per_kwh: given.number('price_per_kwh', price.minimum, price.maximum),
    ...(!given.isBlank('up_to_kwh') && {
      up_to_kwh: given.number('up_to_kwh', up_to_kwh.minimum, up_to_kwh.maximum),
    }),
    up_to_per: given.choice('up_to_per', CHARGE_PERIODS, 'month'),
  }
}

function parseDemandCharge(entry: unknown, path: string, special: readonly string[]): DemandCharge {
  const given = new Given(path, entry, ['name', ...TIMES_KEYS, 'price_per_kw', 'per', 'minutes'])
  const { minimum, maximum } = TARIFF_LIMITS.amount
  return {
    name: given.text('name', 'a name of at most 64 characters', NAME),
    ...parseTimes(given, special),
    price_per_kw: given.number('price_per_kw', minimum, maximum),
    per: given.choice('per', CHARGE_PERIODS, 'month'),
    minutes: parseMinutes(given),
  }
}

function parseMinutes(given: Given): number {
  const minutes = given.number('minutes', 0, 60, 30)
  if (DEMAND_MINUTES.some((allowed) => allowed === minutes)) return minutes
  throw given.refuse('minutes', `one of ${DEMAND_MINUTES.join(', ')}`)
}

function parseTax(entry: unknown, path: string): Tax {
  const given = new Given(path, entry, ['name', 'percent', 'on'])
  const { minimum, maximum } = TARIFF_LIMITS.percent
  const taxable: readonly string[] = TAXABLE
  const on = given.words('on', TAXABLE.length, TAXABLE.join(', '), (word) => taxable.includes(word)) as Tax['on']
  return {
    name: given.text('name', 'a name of at most 64 characters', NAME),
    percent: given.number('percent', minimum, maximum),
    on: on.length > 0 ? on : COST_KINDS,
  }
}
