import type { StateKey } from '../known-device'
import type { HomeAssistantOptions } from '../options'

export interface Rate {
  /** By how much it has to differ from what was sent last, in its unit. */
  readonly deadband: number
  /** The same in percent of what was sent last; the wider of the two counts. */
  readonly deadband_pct?: number
  readonly every_s: number
}

/** What people set, and what is true or false: whatever is new. */
const AT_ONCE: Rate = { deadband: 0, every_s: 0 }
const COUNTER: Rate = { deadband: 0.001, every_s: 60 }
/** Moments that are reckoned from a duration waver by a few seconds. */
const MOMENT: Rate = { deadband: 5000, every_s: 0 }

/**
 * When a new value is worth a message, so that a recorder keeps what happened and not how a meter flickers. A change to
 * or from unknown, and one of a text or of what is true or false, always is.
 */
export const STATE_RATES: Readonly<Record<StateKey, Rate>> = {
  on: AT_ONCE,
  power_w: { deadband: 1, deadband_pct: 1, every_s: 5 },
  voltage_v: { deadband: 0.5, every_s: 30 },
  current_a: { deadband: 0.02, deadband_pct: 2, every_s: 10 },
  energy_kwh: COUNTER,
  energy_today_kwh: COUNTER,
  energy_month_kwh: COUNTER,
  energy_total_kwh: COUNTER,
  brightness_pct: AT_ONCE,
  color_temp_k: AT_ONCE,
  hue_deg: AT_ONCE,
  saturation_pct: AT_ONCE,
  temperature_c: { deadband: 0.1, every_s: 30 },
  target_temperature_c: AT_ONCE,
  humidity_pct: { deadband: 1, every_s: 30 },
  battery_pct: { deadband: 1, every_s: 300 },
  battery_low: AT_ONCE,
  overheated: AT_ONCE,
  overloaded: AT_ONCE,
  motion: AT_ONCE,
  contact_open: AT_ONCE,
  water_leak: AT_ONCE,
  rssi_dbm: { deadband: 3, every_s: 300 },
  /** Never by itself. */
  latency_ms: { deadband: Infinity, every_s: 0 },
  led: AT_ONCE,
  effect: AT_ONCE,
  auto_off_min: AT_ONCE,
  auto_off_at: MOMENT,
  on_since: MOMENT,
  cloud_connected: AT_ONCE,
  ssid: AT_ONCE,
  signal_level: { deadband: 1, every_s: 300 },
  child_lock: AT_ONCE,
  auto_update: AT_ONCE,
  smooth_transitions: AT_ONCE,
  smooth_on_s: AT_ONCE,
  smooth_off_s: AT_ONCE,
  motion_sensor: AT_ONCE,
  power_limit_w: AT_ONCE,
  light_preset: AT_ONCE,
  energy_cost: { deadband: 0.001, every_s: 60 },
  offline_reason: AT_ONCE,
}

/** With what the user has set instead. */
export function ratesOf({ rates }: Pick<HomeAssistantOptions, 'rates'>): Readonly<Record<StateKey, Rate>> {
  const own = new Map(rates.map(({ key, deadband, every_s }) => [key, { deadband, every_s }]))
  const entries = Object.entries(STATE_RATES).map(([key, rate]) => [key, own.get(key) ?? rate])
  return Object.fromEntries(entries) as Record<StateKey, Rate>
}

/** Whether `value` is far enough from what was sent. */
export function isWorth(value: number, sent: number, { deadband, deadband_pct = 0 }: Rate): boolean {
  const least = Math.max(deadband, (deadband_pct / 100) * Math.abs(sent))
  // Steps of a tenth are seldom a tenth in binary.
  return value !== sent && Math.abs(value - sent) >= least * (1 - 1e-9)
}
