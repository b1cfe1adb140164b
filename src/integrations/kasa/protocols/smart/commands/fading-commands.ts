import { invalid } from '../../../../../domain/errors'
import type { CommandPlan } from '../../../commands/command-plan'
import { numberOf, objectOf } from '../../../json'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

type Plan = CommandPlan<SmartTarget>

/** Of lights that know no times for it. */
export function planSmoothTransitions(enable: boolean, calls: SmartCalls): Plan {
  return {
    send: () => calls.ask('set_on_off_gradually_info', { enable }),
    isConfirmed: async () => (await calls.ask('get_on_off_gradually_info')).enable === enable,
  }
}

/** Switched off, the time that the light had is left to it. */
export function planFading(
  state: 'on_state' | 'off_state',
  transition_s: number,
  { model }: SmartTarget,
  calls: SmartCalls,
): Plan {
  const enable = transition_s > 0
  const known = async () => objectOf((await calls.ask('get_on_off_gradually_info'))[state])
  return {
    send: async () => {
      const before = await known()
      const maximum = numberOf(before?.max_duration)
      if (maximum !== undefined && transition_s > maximum) {
        throw invalid('INPUT_INVALID', 'transition_s', transition_s, `0 to ${maximum} for ${model}`)
      }
      const duration = enable ? transition_s : numberOf(before?.duration)
      return calls.ask('set_on_off_gradually_info', { [state]: { enable, duration } })
    },
    isConfirmed: async () => {
      const after = await known()
      return after?.enable === enable && (!enable || after.duration === transition_s)
    },
  }
}
