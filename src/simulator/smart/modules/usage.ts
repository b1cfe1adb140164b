import type { Clock } from '../../../domain/clock'
import type { Json } from '../../answer'
import type { DailyTotals } from '../../daily-totals'
import type { Outlet } from '../../outlet'
import { startOfDay } from '../calendar'
import type { SmartModule } from '../unit'

/** How long it was on, and what it used of energy where it knows that. */
export function usage(outlet: Outlet, clock: Clock): SmartModule {
  return {
    methods: {
      get_device_usage: () => {
        const time_usage = periods(outlet.minutes_on, clock.now())
        if (!outlet.meter) return { time_usage }
        const power_usage = periods(outlet.meter.daily, clock.now())
        return { time_usage, power_usage, saved_power: { today: 0, past7: 0, past30: 0 } }
      },
    },
  }
}

function periods(totals: DailyTotals, now_ms: number): Json {
  const lastDays = (days: number) => Math.floor(totals.between(startOfDay(now_ms, 1 - days), now_ms + 1))
  return { today: lastDays(1), past7: lastDays(7), past30: lastDays(30) }
}
