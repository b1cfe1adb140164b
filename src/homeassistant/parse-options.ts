import { invalid } from '../domain/errors'
import { parseOptions } from '../domain/options'
import { flatTariff } from '../domain/tariffs/flat-tariff'
import type { Tariff } from '../domain/tariffs/tariff'
import { HOME_ASSISTANT_OPTIONS, type HomeAssistantOptions, type StateRate } from './options'
import { STATE_RATES } from './state/state-rates'

export const DEFAULT_BASE_TOPIC = 'kasa'
export const DEFAULT_DISCOVERY_PREFIX = 'homeassistant'
export const PRICE_RANGE = { minimum: 0, maximum: 1000 } as const
export const DEFAULT_CURRENCY = 'EUR'
export const DEADBAND_RANGE = { minimum: 0, maximum: 1_000_000 } as const
/** 0: as often as it changes. */
export const EVERY_S_RANGE = { minimum: 0, maximum: 86_400 } as const

/** What a rate can be of. */
export const STATE_KEYS = Object.keys(STATE_RATES)

// Neither wildcards nor `$`, which begins the broker's own topics; no empty level.
const TOPIC = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/
const LONGEST_TOPIC = 64
const CURRENCY = /^[A-Z]{3}$/

type Given = Readonly<Record<string, unknown>>

/**
 * Settings as given, the rest by default.
 * @param given those of `HOME_ASSISTANT_OPTIONS`, `base_topic`, `discovery_prefix`, `price` of a kWh (0 or absent: no cost),
 * `currency`, `rates`
 * @param tariff in place of `price` and `currency`
 * @throws MonitorError `CONFIG_INVALID` naming the setting, its value and what is allowed
 */
export function parseHomeAssistantOptions(given: Given, tariff = tariffIn(given)): HomeAssistantOptions {
  const base_topic = topicIn('base_topic', given.base_topic, DEFAULT_BASE_TOPIC)
  const discovery_prefix = topicIn('discovery_prefix', given.discovery_prefix, DEFAULT_DISCOVERY_PREFIX)
  if (base_topic === discovery_prefix) {
    throw invalid('CONFIG_INVALID', 'base_topic', base_topic, 'another topic than that of the announcements')
  }
  return {
    ...parseOptions(HOME_ASSISTANT_OPTIONS, given),
    base_topic,
    discovery_prefix,
    ...(tariff && { tariff }),
    rates: ratesIn(given.rates),
  }
}

function topicIn(field: string, given: unknown, otherwise: string): string {
  if (isBlank(given)) return otherwise
  const topic = typeof given === 'string' ? given.trim() : ''
  if (topic.length <= LONGEST_TOPIC && TOPIC.test(topic)) return topic
  const range = `at most ${LONGEST_TOPIC} letters, digits, - and _, in levels that / parts`
  throw invalid('CONFIG_INVALID', field, given, range)
}

function tariffIn({ price, currency }: Given): Tariff | undefined {
  const price_per_kwh = priceIn(price)
  return price_per_kwh > 0 ? flatTariff(price_per_kwh, currencyIn(currency)) : undefined
}

function priceIn(given: unknown): number {
  if (isBlank(given)) return 0
  if (isWithin(given, PRICE_RANGE)) return given
  throw invalid('CONFIG_INVALID', 'price', given, `a number from ${PRICE_RANGE.minimum} to ${PRICE_RANGE.maximum}`)
}

function currencyIn(given: unknown): string {
  if (isBlank(given)) return DEFAULT_CURRENCY
  const currency = typeof given === 'string' ? given.trim().toUpperCase() : ''
  if (CURRENCY.test(currency)) return currency
  throw invalid('CONFIG_INVALID', 'currency', given, 'the three letters of ISO 4217, such as EUR')
}

function ratesIn(given: unknown): readonly StateRate[] {
  if (given === undefined) return []
  if (!Array.isArray(given) || given.length > STATE_KEYS.length) {
    throw invalid('CONFIG_INVALID', 'rates', given, `a list of at most ${STATE_KEYS.length} rates`)
  }
  const rates = given.map((rate: unknown, index) => rateIn(`rates.${index}`, rate))
  const twice = rates.find(({ key }, index) => rates.findIndex((other) => other.key === key) !== index)
  if (twice) throw invalid('CONFIG_INVALID', 'rates', twice.key, 'each key once')
  return rates
}

function rateIn(field: string, given: unknown): StateRate {
  const { key, deadband, every_s } = (typeof given === 'object' && given !== null ? given : {}) as Given
  if (typeof key !== 'string' || !STATE_KEYS.includes(key)) {
    throw invalid('CONFIG_INVALID', `${field}.key`, key, `one of ${STATE_KEYS.join(', ')}`)
  }
  if (!isWithin(deadband, DEADBAND_RANGE)) {
    const { minimum, maximum } = DEADBAND_RANGE
    throw invalid('CONFIG_INVALID', `${field}.deadband`, deadband, `a number from ${minimum} to ${maximum}`)
  }
  if (!isWithin(every_s, EVERY_S_RANGE)) {
    const { minimum, maximum } = EVERY_S_RANGE
    throw invalid('CONFIG_INVALID', `${field}.every_s`, every_s, `a number from ${minimum} to ${maximum} s`)
  }
  return { key, deadband, every_s }
}

function isWithin(given: unknown, { minimum, maximum }: { minimum: number; maximum: number }): given is number {
  return typeof given === 'number' && given >= minimum && given <= maximum
}

function isBlank(given: unknown): boolean {
  return given === undefined || given === null || (typeof given === 'string' && given.trim() === '')
}
