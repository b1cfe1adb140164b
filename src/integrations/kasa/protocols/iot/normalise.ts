import type { DeviceKind } from '../../../../domain/device'
import type { Reading } from '../../../../domain/reading'
import { flagOf, numberOf, objectOf, type JsonObject } from '../../json'
import { effectBrightness, emptyReading, setNumber, thousandth, type Energy, type Moment } from '../../readings'
import { aliasOf, isLight, modelOf, type OutletState, type Sysinfo } from './sysinfo'

/** A reading of the host's own device. `addEnergy` and `addStatistics` follow, and `judge` ends it. */
export function deviceReading(sysinfo: Sysinfo, device_id: string, kind: DeviceKind, moment: Moment): Reading {
  const reading = emptyReading(device_id, aliasOf(sysinfo), modelOf(sysinfo), moment)
  if (isLight(kind)) addLight(reading, sysinfo)
  else addRelay(reading, sysinfo, kind)
  setNumber(reading, 'rssi_dbm', numberOf(sysinfo.rssi))
  return reading
}

export function outletReading(outlet: OutletState, parent_id: string, model: string, moment: Moment): Reading {
  const reading = emptyReading(outlet.device_id, outlet.alias, model, moment)
  reading.parent_id = parent_id
  if (outlet.on !== undefined) reading.on = outlet.on
  return reading
}

/** A light that is off keeps what it would shine with to itself: that is a plan, not a state. */
function addLight(reading: Reading, sysinfo: Sysinfo): void {
  const light = objectOf(sysinfo.light_state)
  if (!light) return
  const on = flagOf(light.on_off)
  if (on !== undefined) reading.on = on
  if (on !== true) return
  if (flagOf(sysinfo.is_dimmable)) {
    const brightness_pct = effectBrightness(sysinfo.lighting_effect_state) ?? numberOf(light.brightness)
    setNumber(reading, 'brightness_pct', brightness_pct)
  }
  if (flagOf(sysinfo.is_variable_color_temp)) addColorTemperature(reading, light)
  if (flagOf(sysinfo.is_color)) {
    setNumber(reading, 'hue_deg', numberOf(light.hue))
    setNumber(reading, 'saturation_pct', numberOf(light.saturation))
  }
}

/** 0 K is how a bulb says that it shows a colour. */
function addColorTemperature(reading: Reading, light: JsonObject): void {
  const color_temp_k = numberOf(light.color_temp)
  if (color_temp_k !== 0) setNumber(reading, 'color_temp_k', color_temp_k)
}

function addRelay(reading: Reading, sysinfo: Sysinfo, kind: DeviceKind): void {
  const on = flagOf(sysinfo.relay_state)
  if (on !== undefined) reading.on = on
  if (kind === 'dimmer') setNumber(reading, 'brightness_pct', numberOf(sysinfo.brightness))
}

/** Two generations of meters: A, V, W, kWh in fractions, and mA, mV, mW, Wh under other names. */
export function energyOf(realtime: JsonObject, kind: DeviceKind): Energy {
  const energy: Energy = {}
  const power_w = thousandth(realtime.power_mw) ?? numberOf(realtime.power)
  const total_kwh = thousandth(realtime.total_wh) ?? numberOf(realtime.total)
  const voltage_v = thousandth(realtime.voltage_mv) ?? numberOf(realtime.voltage)
  const current_a = thousandth(realtime.current_ma) ?? numberOf(realtime.current)
  if (power_w !== undefined) energy.power_w = power_w
  if (total_kwh !== undefined) energy.energy_total_kwh = total_kwh
  // KL430 of hardware 1, KL50 and KL60 say 0 V and 0 A because they measure neither (dumps of python-kasa).
  if (isLight(kind) && (voltage_v ?? 0) === 0) return energy
  if (voltage_v !== undefined) energy.voltage_v = voltage_v
  if (current_a !== undefined) energy.current_a = current_a
  return energy
}
