import { invalid } from '../../../../../domain/errors'
import type { CommandPlan } from '../../../commands/command-plan'
import { numberOf } from '../../../json'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

/** Each device, and each outlet of a strip, has a maximum of its own. Switched off, the limit that it had is left to it. */
export function planPowerProtection(
  limit_w: number,
  { model }: SmartTarget,
  calls: SmartCalls,
): CommandPlan<SmartTarget> {
  const enabled = limit_w > 0
  return {
    send: async () => {
      const maximum = enabled ? numberOf((await calls.ask('get_max_power')).max_power) : undefined
      if (maximum !== undefined && limit_w > maximum) {
        throw invalid('INPUT_INVALID', 'limit_w', limit_w, `0 to ${maximum} for ${model}`)
      }
      const kept = enabled ? undefined : numberOf((await calls.ask('get_protection_power')).protection_power)
      return calls.ask('set_protection_power', { enabled, protection_power: enabled ? limit_w : (kept ?? 0) })
    },
    isConfirmed: async () => {
      const after = await calls.ask('get_protection_power')
      return after.enabled === enabled && (!enabled || after.protection_power === limit_w)
    },
  }
}
