import type { Random } from '../../domain/clock'
import { INVALID_ARGUMENT, OK, UNKNOWN_METHOD, type Json, type Method, type Methods } from '../answer'
import type { EnergyMeter } from '../energy-meter'
import type { Outlet } from '../outlet'

/**
 * Which numbers a meter gives: floats in A, V, W and kWh (HS110 hardware 1), integers in mA, mV, mW and Wh, the same with
 * zeros where a light has no sensor (KL430, KL50), or power alone (KL130).
 */
export type EnergyUnits = 'units' | 'milli-units' | 'no-voltage' | 'power-only'

export interface EmeterOptions {
  readonly units: EnergyUnits
  readonly mains_v: number
  readonly random: Random
  /** Strips number the outlet in the reply. */
  readonly slots?: readonly Outlet[]
}

/** `emeter`, for lights `smartlife.iot.common.emeter`. */
export function emeter(options: EmeterOptions): Methods {
  const total = options.units === 'units' ? kilowattHours : wattHours
  return {
    get_realtime: metered((meter, _parameters, outlet) => ({
      ...slot(options.slots, outlet),
      ...realtime(meter, options),
      err_code: 0,
    })),
    get_daystat: metered((meter, { year, month }) => {
      if (!Number.isInteger(year) || !Number.isInteger(month)) return INVALID_ARGUMENT
      const days = meter.daily.daysOf(year, month)
      return { day_list: days.map(({ day, total: wh }) => ({ year, month, day, ...total(wh) })), err_code: 0 }
    }),
    get_monthstat: metered((meter, { year }) => {
      if (!Number.isInteger(year)) return INVALID_ARGUMENT
      const months = meter.daily.monthsOf(year)
      return { month_list: months.map(({ month, total: wh }) => ({ year, month, ...total(wh) })), err_code: 0 }
    }),
    erase_emeter_stat: metered((meter) => {
      meter.erase()
      return OK
    }),
  }
}

function metered(reply: (meter: EnergyMeter, parameters: Json, outlet: Outlet) => Json): Method {
  return (parameters, outlets) => {
    const outlet = outlets[0]
    return outlet?.meter ? reply(outlet.meter, parameters, outlet) : UNKNOWN_METHOD
  }
}

function slot(slots: readonly Outlet[] | undefined, outlet: Outlet): Json {
  return slots ? { slot_id: slots.indexOf(outlet) } : {}
}

function realtime(meter: EnergyMeter, { units, mains_v, random }: EmeterOptions): Json {
  const power_w = meter.power_w
  const voltage_v = mains_v * (0.995 + 0.01 * random())
  const current_a = Math.abs(power_w) / voltage_v
  const power_mw = milli(power_w)
  switch (units) {
    case 'units':
      return {
        current: sixDigits(current_a),
        voltage: sixDigits(voltage_v),
        power: sixDigits(power_w),
        total: sixDigits(meter.counter_wh / 1000),
      }
    case 'milli-units':
      return { current_ma: milli(current_a), voltage_mv: milli(voltage_v), power_mw, ...counter(meter) }
    case 'no-voltage':
      return { current_ma: 0, voltage_mv: 0, power_mw, ...counter(meter) }
    case 'power-only':
      return { power_mw }
  }
}

function counter(meter: EnergyMeter): Json {
  return { total_wh: Math.floor(meter.counter_wh) }
}

function wattHours(wh: number): Json {
  return { energy_wh: Math.floor(wh) }
}

function kilowattHours(wh: number): Json {
  return { energy: Math.floor(wh) / 1000 }
}

function milli(value: number): number {
  return Math.round(value * 1000)
}

function sixDigits(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
