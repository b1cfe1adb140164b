import type { Clock, Random } from '../../../domain/clock'
import type { Json } from '../../answer'
import type { EnergyMeter } from '../../energy-meter'
import type { Outlet } from '../../outlet'
import type { SmartMethods } from '../answer'
import { localTime, startOfDay, startOfMonth } from '../calendar'
import type { SmartModule } from '../unit'
import { energyData } from './energy-data'

export interface EnergyOptions {
  /** Of the component `energy_monitoring`. */
  readonly version: number
  /** Firmware from 1.3 on measures voltage and current too. */
  readonly emeter_data: boolean
  /** Outlets of strips leave it out of `get_energy_usage`. */
  readonly tells_current_power: boolean
  readonly mains_v: number
  readonly clock: Clock
  readonly random: Random
}

export function energy(outlet: Outlet, meter: EnergyMeter, options: EnergyOptions): SmartModule {
  const { clock, version } = options
  return {
    methods: {
      get_energy_usage: () => ({
        ...(options.tells_current_power ? { current_power: milli(meter.power_w) } : {}),
        local_time: localTime(clock.now()),
        ...sinceTodayAndMonth(outlet, meter, clock.now()),
        ...(version === 1 ? pastYear(meter, clock.now()) : { electricity_charge: [0, 0, 0] }),
      }),
      get_energy_data: (wanted) => energyData(meter, wanted, clock.now()),
      ...(version === 1 ? {} : laterMethods(meter)),
      ...(options.emeter_data ? emeter(meter, options) : {}),
    },
  }
}

function laterMethods(meter: EnergyMeter): SmartMethods {
  return {
    get_current_power: () => ({ current_power: Math.round(meter.power_w) }),
    get_electricity_price_config: () => ({ type: 'constant', constant_price: 0 }),
  }
}

function emeter(meter: EnergyMeter, { mains_v, random }: EnergyOptions): SmartMethods {
  return {
    get_emeter_data: () => {
      const voltage_v = mains_v * (0.995 + 0.01 * random())
      const power_w = meter.power_w
      return {
        current_ma: milli(Math.abs(power_w) / voltage_v),
        voltage_mv: milli(voltage_v),
        power_mw: milli(power_w),
        energy_wh: Math.floor(meter.counter_wh),
      }
    },
    get_emeter_vgain_igain: () => ({ igain: 11_437, vgain: 127_146 }),
  }
}

function sinceTodayAndMonth(outlet: Outlet, meter: EnergyMeter, now_ms: number): Json {
  const after = now_ms + 1
  const [today, month] = [startOfDay(now_ms), startOfMonth(now_ms)]
  return {
    today_energy: Math.floor(meter.daily.between(today, after)),
    month_energy: Math.floor(meter.daily.between(month, after)),
    today_runtime: Math.floor(outlet.minutes_on.between(today, after)),
    month_runtime: Math.floor(outlet.minutes_on.between(month, after)),
  }
}

/** What firmware with version 1 adds: hours, days and months, the last of each the one that runs. */
function pastYear(meter: EnergyMeter, now_ms: number): Json {
  const hoursOfDay = (day: number) => {
    const hours = meter.hourly.between(startOfDay(now_ms, day - 6), startOfDay(now_ms, day - 5))
    return Array.from({ length: 24 }, (_, hour) => Math.floor(hours[hour] ?? 0))
  }
  return {
    past24h: meter.hourly
      .between(now_ms - 24 * 3_600_000, now_ms)
      .slice(-24)
      .map(Math.floor),
    past7d: Array.from({ length: 7 }, (_, day) => hoursOfDay(day)),
    past30d: Array.from({ length: 30 }, (_, day) => {
      return Math.floor(meter.daily.between(startOfDay(now_ms, day - 29), startOfDay(now_ms, day - 28)))
    }),
    past1y: Array.from({ length: 12 }, (_, month) => {
      return Math.floor(meter.daily.between(startOfMonth(now_ms, month - 11), startOfMonth(now_ms, month - 10)))
    }),
  }
}

function milli(value: number): number {
  return Math.round(value * 1000)
}
