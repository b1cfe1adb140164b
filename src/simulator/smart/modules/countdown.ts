import type { Timer } from '../../../domain/clock'
import { isObject, type Json } from '../../answer'
import type { Surroundings } from '../../device-model'
import type { Outlet } from '../../outlet'
import { DONE, INVALID_PARAMETERS, type SmartMethods, type SmartReply } from '../answer'
import type { SmartModule } from '../unit'

const LONGEST_S = 86_399
const ID = 'C1'
/** The one rule that devices keep exists already. */
const CONFLICT = -1902

interface Rule {
  readonly delay: number
  readonly on: boolean
  readonly ends_ms: number
  /** Runs while the rule is enabled; a rule that has fired stays, disabled. */
  readonly timer: Timer | undefined
}

/** One countdown, as devices allow. */
export class SmartCountdown implements SmartModule {
  private rule: Rule | undefined

  constructor(
    private readonly outlet: Outlet,
    private readonly surroundings: Surroundings,
  ) {}

  readonly methods: SmartMethods = {
    get_countdown_rules: () => ({
      countdown_rule_max_count: 1,
      enable: this.surroundings.timers.runs(this.rule?.timer),
      rule_list: this.listed(),
    }),
    add_countdown_rule: (wanted) => (this.rule ? CONFLICT : this.put(wanted)),
    edit_countdown_rule: (wanted) => (this.rule && wanted.id === ID ? this.put(wanted) : INVALID_PARAMETERS),
    remove_countdown_rules: () => {
      this.cancel()
      this.rule = undefined
      return DONE
    },
  }

  private put({ delay, desired_states, enable }: Json): SmartReply {
    const on = isObject(desired_states) ? desired_states.on : undefined
    if (typeof delay !== 'number' || !(delay >= 1 && delay <= LONGEST_S)) return INVALID_PARAMETERS
    if (typeof on !== 'boolean' || typeof enable !== 'boolean') return INVALID_PARAMETERS
    this.cancel()
    const { clock, timers } = this.surroundings
    this.rule = {
      delay,
      on,
      ends_ms: clock.monotonic() + delay * 1000,
      timer: enable ? timers.after(delay * 1000, () => this.outlet.switch(on)) : undefined,
    }
    return { id: ID }
  }

  private cancel(): void {
    if (this.rule?.timer) this.surroundings.timers.cancel(this.rule.timer)
  }

  private listed(): Json[] {
    if (!this.rule) return []
    const { delay, on, ends_ms, timer } = this.rule
    const enable = this.surroundings.timers.runs(timer)
    const remain = enable ? Math.ceil((ends_ms - this.surroundings.clock.monotonic()) / 1000) : 0
    return [{ id: ID, enable, delay, remain, desired_states: { on } }]
  }
}
