import { listOf, numberOf, objectOf, type JsonObject } from '../../json'
import { thousandth, type Statistics } from '../../readings'
import { answerOf } from './iot-reply'
import { Query, type MeterModule, type Question } from './iot-query'

export const DAY_MS = 86_400_000
const YEARS = { minimum: 1970, maximum: 2100 } as const

export type StatisticsMethod = 'get_daystat' | 'get_monthstat'

/** What the device's calendar and wall clock show, written as if they were UTC. */
export type LocalTime = number

export function localTimeOf(answer: JsonObject): LocalTime | undefined {
  const year = numberOf(answer.year)
  if (year === undefined || year < YEARS.minimum || year > YEARS.maximum) return undefined
  const [month, day] = [numberOf(answer.month), numberOf(answer.mday)]
  const [hour, minute, second] = [numberOf(answer.hour), numberOf(answer.min), numberOf(answer.sec)]
  if (month === undefined || day === undefined || hour === undefined) return undefined
  const time = Date.UTC(year, month - 1, day, hour, minute ?? 0, second ?? 0)
  return Number.isFinite(time) ? time : undefined
}

/** One small request of its own, 2.2 KB in reply at most, so that no reply nears the 4 KiB that bulbs can send. */
export function statisticsQuery(
  module: MeterModule,
  methods: readonly StatisticsMethod[],
  time: LocalTime,
  child_id?: string,
): Query {
  const { year, month } = dateOf(time)
  const questions = methods.map((method): Question => {
    return method === 'get_daystat' ? [module, method, { year, month }] : [module, method, { year }]
  })
  return new Query(questions, child_id)
}

export interface StatisticsAnswer {
  readonly statistics: Statistics
  readonly unsupported: readonly StatisticsMethod[]
}

export function statisticsOf(reply: JsonObject, module: MeterModule, time: LocalTime): StatisticsAnswer {
  const { year, month, day } = dateOf(time)
  const unsupported: StatisticsMethod[] = []
  const find = (method: StatisticsMethod, list: string, matches: (entry: JsonObject) => boolean) => {
    const answer = answerOf(reply, module, method)
    if (answer.kind === 'unsupported') unsupported.push(method)
    return answer.kind === 'given' ? energyIn(answer.value[list], matches) : undefined
  }
  const isMonth = (entry: JsonObject) => entry.year === year && entry.month === month
  const today = find('get_daystat', 'day_list', (entry) => isMonth(entry) && entry.day === day)
  const thisMonth = find('get_monthstat', 'month_list', isMonth)
  const statistics: Statistics = {}
  if (today !== undefined) statistics.energy_today_kwh = today
  if (thisMonth !== undefined) statistics.energy_month_kwh = thisMonth
  return { statistics, unsupported }
}

function energyIn(list: unknown, matches: (entry: JsonObject) => boolean): number | undefined {
  for (const item of listOf(list)) {
    const entry = objectOf(item)
    if (entry && matches(entry)) return thousandth(entry.energy_wh) ?? numberOf(entry.energy)
  }
  return undefined
}

function dateOf(time: LocalTime) {
  const date = new Date(time)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}
