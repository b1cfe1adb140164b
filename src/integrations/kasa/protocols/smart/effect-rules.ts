import { listOf, objectOf, textOf, type JsonObject } from '../../json'
import { decoded } from './device-info'

const ID_LENGTH = 64
const MAXIMUM_RULES = 64
/** Bulbs leave the names of their own effects to the app. */
const WELL_KNOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ['L1', 'Party'],
  ['L2', 'Relax'],
])

/** An effect that a bulb keeps. */
export interface EffectRule {
  readonly id: string
  readonly name: string
}

/** What `get_dynamic_light_effect_rules` answers. */
export function effectRulesOf({ rule_list }: JsonObject): EffectRule[] {
  return listOf(rule_list)
    .slice(0, MAXIMUM_RULES)
    .flatMap((item) => ruleOf(objectOf(item)) ?? [])
}

function ruleOf(rule: JsonObject | undefined): EffectRule | undefined {
  const id = textOf(rule?.id, ID_LENGTH)
  return id === undefined ? undefined : { id, name: decoded(rule?.scene_name) ?? WELL_KNOWN_NAMES.get(id) ?? id }
}
