import type { Command } from '../../../../domain/command'
import type { CommandTarget } from '../command-plan'
import { listOf, numberOf, textOf, type JsonObject } from '../../json'
import { unknownEffect } from './effect-names'
import { MOVING_EFFECTS } from './moving-effects'
import { RANDOM_EFFECTS } from './random-effects'
import type { EffectValue, StripEffect } from './strip-effect'

/** What `set_lighting_effect` takes. */
export type EffectRequest = Readonly<Record<string, EffectValue>>

type WantedEffect = Pick<Extract<Command, { name: 'effect' }>, 'effect' | 'brightness_pct'>

const EFFECTS = [...MOVING_EFFECTS, ...RANDOM_EFFECTS].sort((one, other) => (one.name < other.name ? -1 : 1))

const NUMBER_KEYS = [
  'brightness',
  'custom',
  'direction',
  'duration',
  'enable',
  'expansion_strategy',
  'fadeoff',
  'random_seed',
  'repeat_times',
  'run_time',
  'segment_length',
  'spread',
  'transition',
]
const NUMBERS_KEYS = [
  'brightness_range',
  'hue_range',
  'saturation_range',
  'segments',
  'transition_range',
  'trans_sequence',
]
const COLORS_KEYS = ['backgrounds', 'display_colors', 'init_states', 'sequence']
const MAXIMUM_ITEMS = 128
const TEXT_LENGTH = 64

/**
 * The request for an effect by its name or id, whatever the case: of those that the apps offer, or the one that the strip
 * holds, which may be of the user's own making. `off` ends the one that it holds.
 * @throws MonitorError `COMMAND_UNSUPPORTED` naming the effects that there are
 */
export function effectRequest(
  { effect: wanted, brightness_pct }: WantedEffect,
  protocol: keyof StripEffect['ids'],
  held: JsonObject,
  target: CommandTarget,
): EffectRequest {
  const kept = heldEffect(held)
  const offered = EFFECTS.flatMap((effect) => {
    const id = effect.ids[protocol]
    return id === undefined ? [] : [requestFor(effect, id)]
  })
  const choice = heldName(held) === undefined ? offered : [...offered, kept]
  if (wanted.toLowerCase() === 'off') return { ...(kept.name === '' ? offered[0] : kept), enable: 0 }
  const effect = choice.find(({ name, id }) => isNamed(wanted, name) || isNamed(wanted, id))
  if (effect) return { ...effect, enable: 1, ...(brightness_pct === undefined ? {} : { brightness: brightness_pct }) }
  throw unknownEffect(wanted, effectNames(protocol, held), target)
}

/** The names that `effectRequest` takes, that of the effect which the strip holds among them. */
export function effectNames(protocol: keyof StripEffect['ids'], held: JsonObject = {}): string[] {
  const kept = heldName(held)
  const offered = EFFECTS.flatMap(({ name, ids }) => (ids[protocol] === undefined ? [] : [name]))
  return kept === undefined || offered.includes(kept) ? offered : [...offered, kept]
}

/** Without an id it is how a strip shows that it joins a network (station, softAP). */
export function heldName({ name, id }: JsonObject): string | undefined {
  return textOf(id, TEXT_LENGTH) === undefined ? undefined : textOf(name, TEXT_LENGTH)
}

/** Whether the device shows that the request took effect. */
export function isEffectShown(state: JsonObject | undefined, request: EffectRequest): boolean {
  if (!state || state.enable !== request.enable) return false
  return request.enable === 0 || state.id === request.id || state.name === request.name
}

function isNamed(wanted: string, text: EffectValue | undefined): boolean {
  return typeof text === 'string' && text.toLowerCase() === wanted.toLowerCase()
}

function requestFor({ name, shown, parameters }: StripEffect, id: string): EffectRequest {
  return { custom: 0, id, brightness: 100, name, enable: 1, display_colors: shown, ...parameters }
}

/** Known keys alone, because what a device says is never passed on as it is. */
function heldEffect(held: JsonObject): EffectRequest {
  const effect: Record<string, EffectValue> = {
    name: textOf(held.name, TEXT_LENGTH) ?? '',
    id: textOf(held.id, TEXT_LENGTH) ?? '',
    type: textOf(held.type, TEXT_LENGTH) ?? 'static',
  }
  for (const key of NUMBER_KEYS) {
    const value = numberOf(held[key])
    if (value !== undefined) effect[key] = value
  }
  for (const key of NUMBERS_KEYS) if (Array.isArray(held[key])) effect[key] = numbersOf(held[key])
  for (const key of COLORS_KEYS) {
    if (Array.isArray(held[key])) effect[key] = listOf(held[key]).slice(0, MAXIMUM_ITEMS).map(numbersOf)
  }
  return effect
}

function numbersOf(value: unknown): readonly number[] {
  return listOf(value)
    .slice(0, MAXIMUM_ITEMS)
    .flatMap((item) => numberOf(item) ?? [])
}
