import type { CommandPlan } from '../../../commands/command-plan'
import { listOf, numberOf, objectOf, textOf, type JsonObject } from '../../../json'
import { booleanOf } from '../device-info'
import { ledSettings } from './led-settings'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

type Plan = CommandPlan<SmartTarget>

const REBOOT_DELAY_S = 1
/** The devices' own, which they want to hear although it does not count. */
const UNUSED_DELAY_MIN = 120
const RULE_ID_LENGTH = 64

export function planReboot(calls: SmartCalls): Plan {
  return { send: () => calls.ask('device_reboot', { delay: REBOOT_DELAY_S }) }
}

export function planLed(on: boolean, calls: SmartCalls): Plan {
  const led_rule = on ? 'always' : 'never'
  return {
    send: async () => calls.ask('set_led_info', { ...ledSettings(await calls.ask('get_led_info')), led_rule }),
    isConfirmed: async () => (await calls.ask('get_led_info')).led_rule === led_rule,
  }
}

/** Switched off, the delay that the device had is left to it. */
export function planAutoOff(delay_min: number, calls: SmartCalls): Plan {
  const enable = delay_min > 0
  return {
    send: async () => {
      const kept = enable ? undefined : numberOf((await calls.ask('get_auto_off_config')).delay_min)
      return calls.ask('set_auto_off_config', { enable, delay_min: enable ? delay_min : (kept ?? UNUSED_DELAY_MIN) })
    },
    isConfirmed: async () => {
      const config = await calls.ask('get_auto_off_config')
      return config.enable === enable && (!enable || config.delay_min === delay_min)
    },
  }
}

/** Valves set it among the rest (tapo crate), other devices by itself. */
export function planChildLock(on: boolean, { info }: SmartTarget, calls: SmartCalls): Plan {
  if (booleanOf(info.child_protection) !== undefined) {
    return {
      send: () => calls.ask('set_device_info', { child_protection: on }),
      isConfirmed: (_reading, target) => target.info.child_protection === on,
    }
  }
  return {
    send: () => calls.ask('set_child_protection', { enable: on }),
    isConfirmed: async () => (await calls.ask('get_child_protection')).child_protection === on,
  }
}

/** Devices refuse it without when they look for new firmware. */
export function planAutoUpdate(enable: boolean, calls: SmartCalls): Plan {
  return {
    send: async () => {
      const { time, random_range } = await calls.ask('get_auto_update_info')
      return calls.ask('set_auto_update_info', { enable, time: numberOf(time), random_range: numberOf(random_range) })
    },
    isConfirmed: async () => (await calls.ask('get_auto_update_info')).enable === enable,
  }
}

/** A device keeps one countdown: the new one takes the place of the old. */
export function planCountdown({ delay_s, on }: { delay_s: number; on: boolean }, calls: SmartCalls): Plan {
  return {
    send: async () => {
      const [known] = await rulesOf(calls)
      const id = textOf(known?.id, RULE_ID_LENGTH)
      const rule = { enable: true, delay: delay_s, remain: delay_s, desired_states: { on } }
      return id === undefined
        ? calls.ask('add_countdown_rule', rule)
        : calls.ask('edit_countdown_rule', { id, ...rule })
    },
    isConfirmed: async () =>
      (await rulesOf(calls)).some(
        (rule) => rule.enable === true && rule.delay === delay_s && objectOf(rule.desired_states)?.on === on,
      ),
  }
}

async function rulesOf(calls: SmartCalls): Promise<JsonObject[]> {
  const { rule_list } = await calls.ask('get_countdown_rules')
  return listOf(rule_list).map((item) => objectOf(item) ?? {})
}
