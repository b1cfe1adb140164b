import { numberOf } from '../../json'
import { thousandth, type Energy, type Statistics } from '../../readings'
import type { Components } from './components'
import type { SlowQuestions } from './slow-questions'
import { childQuery, deviceQuery, type Method, type Query } from './smart-query'
import { givenIn, type Answers } from './smart-reply'

/** A refusal passes: the clock may be set by then (python-kasa #1243). */
export const REFUSAL_MS = 600_000

type EnergyMethod = 'get_emeter_data' | 'get_energy_usage' | 'get_current_power'
/** The most exact first. */
const METHODS: readonly EnergyMethod[] = ['get_emeter_data', 'get_energy_usage', 'get_current_power']

export type Measurement = Energy & Statistics

/** What is known of one meter: the device's own or an outlet's. Times are of the monotonic clock. */
export class SmartMeter {
  /** What it said last; of an outlet, for the sum of its strip. */
  latest: Measurement | undefined
  /** From when on a method may be asked again. */
  private readonly refused_until = new Map<Method, number>()
  private powerFound = false
  private query: Query | undefined
  private methods = ''

  private constructor(
    private readonly version: number,
    private readonly child_id: string | undefined,
  ) {}

  /** Where the device has a part for it. */
  static of(components: Components, child_id?: string): SmartMeter | undefined {
    const version = components.get('energy_monitoring')
    return version === undefined ? undefined : new SmartMeter(version, child_id)
  }

  /** Hours and days of the past came with the second version. */
  get records(): boolean {
    return this.version >= 2
  }

  /** State, meter and what is due of `questions`, in one request. */
  queryAt(now: number, state: readonly Method[], questions: SlowQuestions): Query {
    const methods = [...state, ...this.methodsAt(now)]
    methods.push(...questions.at(now, methods.length))
    if (this.child_id === undefined) return deviceQuery(methods)
    const key = methods.join()
    if (!this.query || this.methods !== key) {
      this.query = childQuery(methods, this.child_id)
      this.methods = key
    }
    return this.query
  }

  learn(answers: Answers, now: number): Measurement {
    for (const method of METHODS) {
      const answer = answers.get(method)
      if (answer?.kind === 'given') this.refused_until.delete(method)
      else if (answer) this.refused_until.set(method, answer.kind === 'unsupported' ? Infinity : now + REFUSAL_MS)
    }
    this.powerFound =
      powerIn(answers, 'get_emeter_data') !== undefined || powerIn(answers, 'get_energy_usage') !== undefined
    this.latest = measurementIn(answers)
    return this.latest
  }

  private methodsAt(now: number): EnergyMethod[] {
    return METHODS.filter((method) => {
      if (this.version < 2 && method !== 'get_energy_usage') return false
      if (method === 'get_current_power' && this.powerFound) return false
      return now >= (this.refused_until.get(method) ?? -Infinity)
    })
  }
}

/** In W: two methods say mW, the third W. */
function powerIn(answers: Answers, method: EnergyMethod): number | undefined {
  const value = givenIn(answers, method)
  if (!value) return undefined
  if (method === 'get_emeter_data') return thousandth(value.power_mw)
  return method === 'get_energy_usage' ? thousandth(value.current_power) : numberOf(value.current_power)
}

/** `energy_wh` of get_emeter_data is no lifetime counter: it is 0 beside a month with 4 Wh (P110 1.3.1). */
function measurementIn(answers: Answers): Measurement {
  const measurement: Measurement = {}
  for (const method of METHODS) {
    const power_w = powerIn(answers, method)
    if (power_w === undefined) continue
    measurement.power_w = power_w
    break
  }
  const meter = givenIn(answers, 'get_emeter_data')
  const [voltage_v, current_a] = [thousandth(meter?.voltage_mv), thousandth(meter?.current_ma)]
  if (voltage_v !== undefined) measurement.voltage_v = voltage_v
  if (current_a !== undefined) measurement.current_a = current_a
  const usage = givenIn(answers, 'get_energy_usage')
  const [today_kwh, month_kwh] = [thousandth(usage?.today_energy), thousandth(usage?.month_energy)]
  if (today_kwh !== undefined) measurement.energy_today_kwh = today_kwh
  if (month_kwh !== undefined) measurement.energy_month_kwh = month_kwh
  return measurement
}
