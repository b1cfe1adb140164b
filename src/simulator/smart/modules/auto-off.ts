import type { Timer } from '../../../domain/clock'
import type { Json } from '../../answer'
import type { Surroundings } from '../../device-model'
import type { Outlet } from '../../outlet'
import { DONE, INVALID_PARAMETERS, type SmartMethods, type SmartReply } from '../answer'
import type { SmartModule } from '../unit'

const DEFAULT_MIN = 120
const LONGEST_MIN = 1440
const MS_PER_MIN = 60_000

/** Switches off by itself so long after each switching on. */
export class AutoOff implements SmartModule {
  private enable = false
  private delay_min = DEFAULT_MIN
  private timer: Timer | undefined
  private ends_ms = 0

  constructor(
    private readonly outlet: Outlet,
    private readonly surroundings: Surroundings,
  ) {
    outlet.watch(() => this.arm())
  }

  readonly methods: SmartMethods = {
    get_auto_off_config: () => ({ enable: this.enable, delay_min: this.delay_min }),
    set_auto_off_config: (wanted) => this.configure(wanted),
  }

  info(): Json {
    const runs = this.surroundings.timers.runs(this.timer)
    const left_ms = runs ? this.ends_ms - this.surroundings.clock.monotonic() : 0
    return { auto_off_status: runs ? 'on' : 'off', auto_off_remain_time: Math.ceil(left_ms / 1000) }
  }

  private configure({ enable, delay_min = this.delay_min }: Json): SmartReply {
    const minutes = typeof delay_min === 'number' && Number.isInteger(delay_min) ? delay_min : 0
    if (typeof enable !== 'boolean' || minutes < 1 || minutes > LONGEST_MIN) return INVALID_PARAMETERS
    this.enable = enable
    this.delay_min = minutes
    this.arm()
    return DONE
  }

  private arm(): void {
    const { timers, clock } = this.surroundings
    if (this.timer) timers.cancel(this.timer)
    if (!this.enable || !this.outlet.on) return
    const delay_ms = this.delay_min * MS_PER_MIN
    this.ends_ms = clock.monotonic() + delay_ms
    this.timer = timers.after(delay_ms, () => this.outlet.switch(false))
  }
}
