import type { CommandPlan } from '../../../commands/command-plan'
import { unknownEffect } from '../../../commands/effects/effect-names'
import { effectRequest, isEffectShown, type EffectRequest } from '../../../commands/effects/effect-request'
import { listOf, objectOf, textOf, type JsonObject } from '../../../json'
import { decoded } from '../device-info'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

type Plan = CommandPlan<SmartTarget>

const ID_LENGTH = 64
/** Bulbs leave the names of their own effects to the app. */
const WELL_KNOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ['L1', 'Party'],
  ['L2', 'Relax'],
])

/** Light strips take an effect as a whole, bulbs the id of one that they keep. */
export function planEffect(wanted: string, target: SmartTarget, calls: SmartCalls): Plan {
  return objectOf(target.info.lighting_effect)
    ? planForStrip(wanted, target, calls)
    : planForBulb(wanted, target, calls)
}

function planForStrip(wanted: string, target: SmartTarget, calls: SmartCalls): Plan {
  let request: EffectRequest | undefined
  return {
    send: async () => {
      request = effectRequest(wanted, 'smart', await calls.ask('get_lighting_effect'), target)
      if (request.enable === 1 && target.on !== true) await calls.ask('set_device_info', { device_on: true })
      await calls.ask('set_lighting_effect', request)
    },
    isConfirmed: (_reading, { info }) =>
      request !== undefined && isEffectShown(objectOf(info.lighting_effect), request),
  }
}

function planForBulb(wanted: string, target: SmartTarget, calls: SmartCalls): Plan {
  let id: string | undefined
  return {
    send: async () => {
      id = isOff(wanted) ? undefined : await ruleId(wanted, target, calls)
      if (id !== undefined && target.on !== true) await calls.ask('set_device_info', { device_on: true })
      await calls.ask(
        'set_dynamic_light_effect_rule_enable',
        id === undefined ? { enable: false } : { enable: true, id },
      )
    },
    isConfirmed: (_reading, { info }) =>
      info.dynamic_light_effect_enable === (id !== undefined) &&
      (id === undefined || info.dynamic_light_effect_id === id),
  }
}

/** @throws MonitorError `COMMAND_UNSUPPORTED` naming the effects that there are */
async function ruleId(wanted: string, target: SmartTarget, calls: SmartCalls): Promise<string> {
  const { rule_list } = await calls.ask('get_dynamic_light_effect_rules', { start_index: 0 })
  const rules = listOf(rule_list).flatMap((item) => ruleOf(objectOf(item)) ?? [])
  const rule = rules.find(({ id, name }) => [id, name].some((text) => text.toLowerCase() === wanted.toLowerCase()))
  if (rule) return rule.id
  throw unknownEffect(
    wanted,
    rules.map(({ name }) => name),
    target,
  )
}

function ruleOf(rule: JsonObject | undefined): { id: string; name: string } | undefined {
  const id = textOf(rule?.id, ID_LENGTH)
  return id === undefined ? undefined : { id, name: decoded(rule?.scene_name) ?? WELL_KNOWN_NAMES.get(id) ?? id }
}

function isOff(wanted: string): boolean {
  return wanted.toLowerCase() === 'off'
}
