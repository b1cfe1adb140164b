import type { Timer } from '../../domain/clock'
import { INVALID_ARGUMENT, OK, refusal, type Json, type Methods } from '../answer'
import type { Surroundings } from '../device-model'
import type { Outlet } from '../outlet'

const LONGEST_S = 86_399
const TABLE_FULL = refusal(-10, 'table is full')
const NO_RULE = refusal(-14, 'entry not exist')

interface Rule {
  readonly id: string
  readonly name: unknown
  readonly delay: number
  readonly act: number
  readonly ends_ms: number
  /** Runs while the rule is enabled; a rule that has fired stays in the table, disabled. */
  readonly timer: Timer | undefined
}

/** One countdown per outlet, as devices allow. */
export class Countdowns {
  private readonly rules = new Map<Outlet, Rule>()
  private made = 0

  constructor(private readonly surroundings: Surroundings) {}

  readonly methods: Methods = {
    get_rules: (_parameters, [outlet]) => ({ rule_list: this.listed(outlet), err_code: 0 }),
    add_rule: (parameters, [outlet]) => this.add(parameters, outlet),
    delete_rule: ({ id }, [outlet]) => (outlet && this.rules.get(outlet)?.id === id ? this.remove(outlet) : NO_RULE),
    delete_all_rules: (_parameters, outlets) => {
      for (const outlet of outlets) this.remove(outlet)
      return OK
    },
  }

  runs(outlet: Outlet | undefined): boolean {
    return outlet !== undefined && this.surroundings.timers.runs(this.rules.get(outlet)?.timer)
  }

  private add({ enable, delay, act, name }: Json, outlet: Outlet | undefined): Json {
    if (!outlet || typeof delay !== 'number' || !(delay >= 1 && delay <= LONGEST_S)) return INVALID_ARGUMENT
    if (this.rules.has(outlet)) return TABLE_FULL
    const { clock, timers } = this.surroundings
    const rule: Rule = {
      id: `SIMULATEDRULE${String(++this.made).padStart(19, '0')}`,
      name,
      delay,
      act: act === 1 ? 1 : 0,
      ends_ms: clock.monotonic() + delay * 1000,
      timer: enable === 1 ? timers.after(delay * 1000, () => outlet.switch(act === 1)) : undefined,
    }
    this.rules.set(outlet, rule)
    return { id: rule.id, err_code: 0 }
  }

  private remove(outlet: Outlet): Json {
    const timer = this.rules.get(outlet)?.timer
    if (timer) this.surroundings.timers.cancel(timer)
    this.rules.delete(outlet)
    return OK
  }

  private listed(outlet: Outlet | undefined): Json[] {
    const rule = outlet && this.rules.get(outlet)
    if (!rule) return []
    const enabled = this.runs(outlet)
    const left_ms = enabled ? rule.ends_ms - this.surroundings.clock.monotonic() : 0
    const { id, name, delay, act } = rule
    return [{ id, name, enable: enabled ? 1 : 0, delay, act, remain: Math.ceil(left_ms / 1000) }]
  }
}
