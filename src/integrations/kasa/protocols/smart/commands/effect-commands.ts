import type { Command } from '../../../../../domain/command'
import { isAsBright, type CommandPlan } from '../../../commands/command-plan'
import { unknownEffect } from '../../../commands/effects/effect-names'
import { effectRequest, isEffectShown, type EffectRequest } from '../../../commands/effects/effect-request'
import { objectOf } from '../../../json'
import { effectRulesOf } from '../effect-rules'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

type Plan = CommandPlan<SmartTarget>
type EffectCommand = Extract<Command, { name: 'effect' }>

/** Light strips take an effect as a whole, bulbs the id of one that they keep. */
export function planEffect(command: EffectCommand, target: SmartTarget, calls: SmartCalls): Plan {
  return objectOf(target.info.lighting_effect)
    ? planForStrip(command, target, calls)
    : planForBulb(command, target, calls)
}

function planForStrip(command: EffectCommand, target: SmartTarget, calls: SmartCalls): Plan {
  let request: EffectRequest | undefined
  return {
    send: async () => {
      request = effectRequest(command, 'smart', await calls.ask('get_lighting_effect'), target)
      if (request.enable === 1 && target.on !== true) await calls.ask('set_device_info', { device_on: true })
      await calls.ask('set_lighting_effect', request)
    },
    isConfirmed: (reading, { info }) =>
      request !== undefined &&
      isEffectShown(objectOf(info.lighting_effect), request) &&
      isAsBright(reading, command.brightness_pct),
  }
}

function planForBulb({ effect, brightness_pct }: EffectCommand, target: SmartTarget, calls: SmartCalls): Plan {
  let id: string | undefined
  return {
    send: async () => {
      id = isOff(effect) ? undefined : await ruleId(effect, target, calls)
      if (id !== undefined && (target.on !== true || brightness_pct !== undefined)) {
        const brightness = brightness_pct === undefined ? {} : { brightness: brightness_pct }
        await calls.ask('set_device_info', { device_on: true, ...brightness })
      }
      await calls.ask(
        'set_dynamic_light_effect_rule_enable',
        id === undefined ? { enable: false } : { enable: true, id },
      )
    },
    isConfirmed: (reading, { info }) =>
      info.dynamic_light_effect_enable === (id !== undefined) &&
      (id === undefined || info.dynamic_light_effect_id === id) &&
      isAsBright(reading, brightness_pct),
  }
}

/** @throws MonitorError `COMMAND_UNSUPPORTED` naming the effects that there are */
async function ruleId(wanted: string, target: SmartTarget, calls: SmartCalls): Promise<string> {
  const rules = effectRulesOf(await calls.ask('get_dynamic_light_effect_rules', { start_index: 0 }))
  const rule = rules.find(({ id, name }) => [id, name].some((text) => text.toLowerCase() === wanted.toLowerCase()))
  if (rule) return rule.id
  throw unknownEffect(
    wanted,
    rules.map(({ name }) => name),
    target,
  )
}

function isOff(wanted: string): boolean {
  return wanted.toLowerCase() === 'off'
}
