import { INVALID_ARGUMENT, OK, type Methods } from '../answer'

/** `schedule`, for lights `smartlife.iot.common.schedule`: no rules, and how many minutes the outlet was on. */
export const schedule: Methods = {
  get_rules: () => ({ rule_list: [], version: 2, enable: 1, err_code: 0 }),
  get_next_action: () => ({ type: -1, err_code: 0 }),
  get_daystat: ({ year, month }, [outlet]) => {
    if (!outlet || !Number.isInteger(year) || !Number.isInteger(month)) return INVALID_ARGUMENT
    const days = outlet.minutes_on.daysOf(year, month)
    return { day_list: days.map(({ day, total }) => ({ year, month, day, time: Math.floor(total) })), err_code: 0 }
  },
  get_monthstat: ({ year }, [outlet]) => {
    if (!outlet || !Number.isInteger(year)) return INVALID_ARGUMENT
    const months = outlet.minutes_on.monthsOf(year)
    return { month_list: months.map(({ month, total }) => ({ year, month, time: Math.floor(total) })), err_code: 0 }
  },
  erase_runtime_stat: (_parameters, outlets) => {
    for (const outlet of outlets) outlet.minutes_on.clear()
    return OK
  },
}
