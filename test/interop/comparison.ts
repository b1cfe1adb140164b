import assert from 'node:assert/strict'
import type { Reading } from '../../src/domain/reading'
import type { FeatureValue, PythonDevice } from './python-kasa'

/** What python-kasa calls what we call otherwise. */
const FEATURES: Readonly<Record<string, keyof Reading>> = {
  state: 'on',
  current_consumption: 'power_w',
  voltage: 'voltage_v',
  current: 'current_a',
  consumption_today: 'energy_today_kwh',
  consumption_this_month: 'energy_month_kwh',
  consumption_total: 'energy_total_kwh',
  brightness: 'brightness_pct',
  color_temperature: 'color_temp_k',
  temperature: 'temperature_c',
  target_temperature: 'target_temperature_c',
  humidity: 'humidity_pct',
  battery_level: 'battery_pct',
  battery_low: 'battery_low',
  overheated: 'overheated',
  overloaded: 'overloaded',
  motion_detected: 'motion',
  is_open: 'contact_open',
  water_alert: 'water_leak',
  rssi: 'rssi_dbm',
}

/** Values by the keys of a reading. */
export type Values = Readonly<Record<string, unknown>>

/** What python-kasa read, in our words. */
export function pythonValues({ alias, features }: PythonDevice): Values {
  const values = Object.entries(FEATURES)
    .map(([feature, key]): [string, FeatureValue] => [key, features[feature] ?? null])
    .filter(([, value]) => value !== null)
  return { alias, ...Object.fromEntries(values.map(([key, value]) => [key, rounded(value)])) }
}

/** The same of what we read. */
export function ourValues(reading: Reading): Values {
  const keys = Object.values(FEATURES).filter((key) => reading[key] !== undefined)
  return { alias: reading.alias, ...Object.fromEntries(keys.map((key) => [key, rounded(reading[key])])) }
}

/** To a thousandth, which both keep. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}

/** `alias.key` of what one side alone tells, in the order of the devices; throws where both tell otherwise. */
export function toldByOneAlone(ours: readonly Values[], theirs: readonly Values[]): string[] {
  assert.deepEqual(
    ours.map(({ alias }) => alias),
    theirs.map(({ alias }) => alias),
  )
  return ours.flatMap((our, index) => {
    const their = theirs[index] ?? {}
    const keys = [...new Set([...Object.keys(our), ...Object.keys(their)])]
    const both = keys.filter((key) => key in our && key in their)
    assert.deepEqual(
      both.map((key) => [key, our[key]]),
      both.map((key) => [key, their[key]]),
      String(our.alias),
    )
    return keys.filter((key) => !both.includes(key)).map((key) => `${String(our.alias)}.${key}`)
  })
}
