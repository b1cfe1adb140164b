import type { Reading } from '../../../../domain/reading'
import { numberOf, type JsonObject } from '../../json'
import { effectBrightness, emptyReading, setNumber, type Moment } from '../../readings'
import type { Components } from './components'
import type { Described } from './describe'
import { aliasOf, booleanOf, isLight, modelOf, type DeviceInfo } from './device-info'

/** Of the host's own device or of a child; energy follows, and `judge` ends it. */
export function infoReading(
  { device_id, kind, components }: Pick<Described, 'device_id' | 'kind' | 'components'>,
  info: DeviceInfo,
  moment: Moment,
): Reading {
  const reading = emptyReading(device_id, aliasOf(info), modelOf(info), moment)
  setBoolean(reading, 'on', booleanOf(info.device_on))
  if (isLight(kind)) addLight(reading, info)
  else if (kind === 'dimmer') setNumber(reading, 'brightness_pct', numberOf(info.brightness))
  addClimate(reading, info, components)
  addSensors(reading, info)
  addProtection(reading, info)
  setNumber(reading, 'rssi_dbm', numberOf(info.rssi))
  return reading
}

/** A light that is off keeps what it would shine with to itself: that is a plan, not a state. */
function addLight(reading: Reading, info: DeviceInfo): void {
  if (reading.on !== true) return
  const effect_pct = effectBrightness(info.lighting_effect) ?? effectBrightness(info.segment_effect)
  setNumber(reading, 'brightness_pct', effect_pct ?? numberOf(info.brightness))
  setNumber(reading, 'hue_deg', numberOf(info.hue))
  setNumber(reading, 'saturation_pct', numberOf(info.saturation))
  const color_temp_k = numberOf(info.color_temp)
  // 0 K is how a bulb says that it shows a colour.
  if (color_temp_k !== 0) setNumber(reading, 'color_temp_k', color_temp_k)
}

/**
 * Keys without their part mean something else: a KE100 (2.15) in its hub's list has a humidity of 0, and the remote control
 * of an air conditioner (H110) has the temperature that it asks for.
 */
function addClimate(reading: Reading, info: DeviceInfo, components: Components): void {
  const { temp_unit } = info
  if (mayHave(components, 'temperature')) {
    setNumber(reading, 'temperature_c', celsius(measuredOf(info.current_temp), temp_unit))
    setNumber(reading, 'target_temperature_c', celsius(numberOf(info.target_temp), temp_unit))
  }
  if (mayHave(components, 'humidity')) setNumber(reading, 'humidity_pct', measuredOf(info.current_humidity))
}

/** Of hubs that do not tell the parts of their children, all is believed. */
function mayHave(components: Components, part: string): boolean {
  return components.size === 0 || components.has(part)
}

function addSensors(reading: Reading, info: DeviceInfo): void {
  setNumber(reading, 'battery_pct', numberOf(info.battery_percentage))
  // Switches with a battery (S210, S220) have another word for it.
  setBoolean(reading, 'battery_low', booleanOf(info.at_low_battery) ?? booleanOf(info.is_low))
  setBoolean(reading, 'motion', booleanOf(info.detected))
  setBoolean(reading, 'contact_open', booleanOf(info.open))
  setBoolean(reading, 'water_leak', waterLeakOf(info))
}

/** What sensors write, in their lists of the past as well, where they have measured nothing. */
const NOT_MEASURED = -1000

function measuredOf(value: unknown): number | undefined {
  const measured = numberOf(value)
  return measured === NOT_MEASURED ? undefined : measured
}

function celsius(temperature: number | undefined, unit: unknown): number | undefined {
  if (temperature === undefined || unit !== 'fahrenheit') return temperature
  return Math.round(((temperature - 32) * 500) / 9) / 100
}

/** `water_dry` says that a leak is over. */
function waterLeakOf({ water_leak_status }: DeviceInfo): boolean | undefined {
  return typeof water_leak_status === 'string' ? water_leak_status === 'water_leak' : undefined
}

/** Newer firmware has words where older has a flag; either may be missing. */
function addProtection(reading: Reading, info: DeviceInfo): void {
  setBoolean(reading, 'overheated', booleanOf(info.overheated) ?? differs(info.overheat_status, 'normal'))
  const power = differs(info.power_protection_status, 'normal')
  // `lifted`: the protection has let go again.
  const current = differs(info.overcurrent_status, 'normal', 'lifted')
  setBoolean(reading, 'overloaded', power === undefined ? current : power || current === true)
}

function differs(status: unknown, ...harmless: readonly string[]): boolean | undefined {
  return typeof status === 'string' && status !== '' ? !harmless.includes(status) : undefined
}

type BooleanKey = {
  [Key in keyof Reading]-?: Reading[Key] extends boolean | undefined ? Key : never
}[keyof Reading]

function setBoolean(reading: Reading, key: BooleanKey, value: boolean | undefined): void {
  if (value !== undefined) reading[key] = value
}

/** Children that the hub has lost contact with: what it knows of them is old. */
export function isOffline(info: JsonObject): boolean {
  return info.status === 'offline'
}
