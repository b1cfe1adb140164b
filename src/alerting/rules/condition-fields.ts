import { DEVICE_EVENTS, type DeviceEventName } from '../../domain/event'
import { DAYS, DAY_S, type Fields, keyField, quantity, seconds, timeOfDay } from './fields'

const optional = { optional: true } as const
const percent = { type: 'number', minimum: 0, maximum: 100, unit: '%' } as const
const eventNames = Object.keys(DEVICE_EVENTS) as DeviceEventName[]

/** A period of the calendar, in the time zone of the node. */
const period = { type: 'choice', values: ['hour', 'day', 'month'], default: 'day' } as const
/** Parts of the limit at which a person is told. */
const steps_pct = {
  type: 'list',
  item: { type: 'number', minimum: 1, maximum: 1000, unit: '%' },
  minimum_length: 1,
  maximum_length: 10,
  default: [100],
} as const

/** What each kind of condition is told. A kind holds, or does not, for one subject at one moment. */
export const CONDITION_FIELDS = {
  /** The value is over `value`; once raised, it is until it is no longer over `clear`. */
  above: { key: keyField('power_w'), value: quantity(), clear: { ...quantity(), ...optional } },
  below: { key: keyField('power_w'), value: quantity(), clear: { ...quantity(), ...optional } },
  /** Under `low` or over `high`; once raised, until it is `margin` inside. */
  outside: {
    key: keyField('voltage_v'),
    low: quantity(),
    high: quantity(),
    margin: { type: 'number', minimum: 0, maximum: 1e12, default: 0 },
  },
  equal: { key: keyField('on'), value: { type: 'value' }, negate: { type: 'boolean', default: false } },
  /** Another value than before, by more than `by` where it is a number. Over after `hold_s` without another change. */
  changed: {
    key: keyField('on'),
    by: { type: 'number', minimum: 0, maximum: 1e12, default: 0 },
    hold_s: seconds(0, 0, DAY_S),
  },
  /** It has risen or fallen by more than `by` within `within_s`. */
  rate: {
    key: keyField('power_w'),
    by: { type: 'number', minimum: 0, maximum: 1e12 },
    within_s: seconds(60, 1, DAY_S),
    direction: { type: 'choice', values: ['rise', 'fall', 'either'], default: 'either' },
  },
  /** Samples come and the value stays the same for `after_s`; with `while_key`, only while that is over `while_above`. */
  stuck: {
    key: keyField('energy_kwh'),
    after_s: seconds(3600, 1),
    while_key: { type: 'text', maximum_length: 64, ...optional },
    while_above: { ...quantity(), default: 0 },
  },
  /** No sample, or none with `key`, for `after_s`. */
  no_data: { key: { type: 'text', maximum_length: 64, ...optional }, after_s: seconds(600, 1) },
  /** The poller has said that it is offline, and it has not been read since. */
  offline: {},
  /** An event of a device. Over after `hold_s`, or when one of `until` happens. */
  event: {
    event: { type: 'choice', values: eventNames },
    until: { type: 'list', item: { type: 'text', maximum_length: 32 }, maximum_length: 5, default: [] },
    hold_s: seconds(0),
  },
  /** Energy since the period began, by the lifetime counter, or by the power where there is none. */
  energy: { period, limit_kwh: { type: 'number', minimum: 0.001, maximum: 1e6, unit: 'kWh' }, steps_pct },
  /** What that energy costs, at a price of its own or by the tariff of the node. */
  cost: {
    period,
    limit: { type: 'number', minimum: 0.001, maximum: 1e9 },
    price_per_kwh: { type: 'number', minimum: 0, maximum: 1e6, ...optional },
    /** Of the price; with a tariff, that of the tariff. */
    currency: { type: 'text', maximum_length: 8, default: '€' },
    steps_pct,
  },
  /**
   * An appliance has run and is done: over `above_w` for `above_s` in all, then under `below_w` for `below_s`. It holds
   * until the next run. As they are, the numbers suit washing machines, dishwashers and dryers; a full kettle takes less
   * than 0.2 kWh. More than 3 W under `below_w` tells of a dryer before its laundry is kept from creasing, and is needed
   * for a machine that takes as much when it is done.
   */
  finished: {
    above_w: { type: 'number', minimum: 0.1, maximum: 1e5, unit: 'W', default: 500 },
    above_s: seconds(180, 0, DAY_S),
    below_w: { type: 'number', minimum: 0.1, maximum: 1e5, unit: 'W', default: 3 },
    below_s: seconds(60, 0, DAY_S),
    minimum_kwh: { type: 'number', minimum: 0, maximum: 1000, unit: 'kWh', default: 0.2 },
  },
  on_too_long: { after_s: seconds(4 * 3600, 1) },
  /** It was switched on, or off, within these hours; it holds until it is switched back. */
  unexpected: {
    state: { type: 'choice', values: ['on', 'off'], default: 'on' },
    from: timeOfDay('23:00'),
    to: timeOfDay('06:00'),
    days: DAYS,
  },
  /** A percentile of the samples of the last `window_s`. */
  percentile: {
    key: keyField('latency_ms'),
    percentile: { ...percent, default: 95 },
    above: quantity(),
    clear: { ...quantity(), ...optional },
    window_s: seconds(300, 1, DAY_S),
    minimum_samples: { type: 'number', minimum: 1, maximum: 100_000, whole: true, default: 20 },
  },
  /** The share of failures in the samples of the last `window_s`: where `key` is false, or the device went offline. */
  error_rate: {
    key: keyField('ok'),
    above_pct: percent,
    window_s: seconds(300, 1, DAY_S),
    minimum_samples: { type: 'number', minimum: 1, maximum: 100_000, whole: true, default: 20 },
  },
  /** What waits is over `above` and does not get less for `growing_s`. */
  backlog: { key: keyField('pending'), above: quantity(), growing_s: seconds(300, 0, DAY_S) },
} as const satisfies Record<string, Fields>
