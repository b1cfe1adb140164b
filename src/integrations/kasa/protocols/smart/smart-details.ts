import { isDeepStrictEqual } from 'node:util'
import { effectNames, heldName } from '../../commands/effects/effect-request'
import { flagOf, numberOf, objectOf, textOf } from '../../json'
import { KnownDetails } from '../../known-details'
import { shownPreset, type LightPreset } from '../../light-presets'
import type { Moment } from '../../readings'
import { booleanOf, decoded, type DeviceInfo } from './device-info'
import { effectRulesOf, type EffectRule } from './effect-rules'
import { learnSettings, presetsOf, wholeIn } from './settings'
import { SlowQuestions } from './slow-questions'
import { givenIn, type Answers } from './smart-reply'
import type { Method } from './smart-query'

const TEXT_LENGTH = 64
const SIGNAL_LEVELS = { minimum: 0, maximum: 3 }
const NO_RULES: readonly EffectRule[] = []
const NO_PRESETS: readonly LightPreset[] = []

/** What a device or a child says of itself beside its readings. */
export class SmartDetails {
  readonly known: KnownDetails
  readonly questions: SlowQuestions
  /** Of a bulb. */
  private rules = NO_RULES
  /** Of a light. */
  presets: readonly LightPreset[] = NO_PRESETS
  /** As the device wrote it, so that it is decoded once. */
  private ssid: unknown

  constructor(device_id: string, methods: readonly Method[]) {
    this.known = new KnownDetails(device_id)
    this.questions = new SlowQuestions(methods)
  }

  /** The names that the command takes; none of what has no effects. */
  effectsOf(info: DeviceInfo): readonly string[] {
    const strip = objectOf(info.lighting_effect)
    return strip ? effectNames('smart', strip) : [...new Set(this.rules.map(({ name }) => name))]
  }

  /**
   * Takes in what the device tells each time. Returns whether it plays an effect that is not in its description: one that
   * a person has made.
   */
  learnState(info: DeviceInfo, { timestamp }: Moment): boolean {
    const { known } = this
    const on = booleanOf(info.device_on)
    known.setOnSince(on, info.on_time, timestamp)
    const isRunning = on === true && info.auto_off_status === 'on'
    known.setMoment('auto_off_at', timestamp, isRunning ? numberOf(info.auto_off_remain_time) : undefined)
    known.set('signal_level', wholeIn(info.signal_level, SIGNAL_LEVELS))
    known.set('child_lock', booleanOf(info.child_protection) ?? known.get('child_lock'))
    if (info.ssid !== this.ssid) {
      this.ssid = info.ssid
      known.set('ssid', decoded(info.ssid))
    }
    const isOther = this.learnEffect(info, on)
    this.learnPreset(info, on)
    return isOther
  }

  /** Takes in answers to `questions`. Returns whether a light has other effects, or another number of presets, than before. */
  learn(answers: Answers, now: number): boolean {
    if (!this.questions.answered(answers, now)) return false
    const led = givenIn(answers, 'get_led_info')
    if (led) this.known.set('led', ledOf(led))
    learnSettings(this.known, answers)
    const cloud = givenIn(answers, 'get_connect_cloud_state')
    if (cloud) this.known.set('cloud_connected', cloud.status === 0)
    const { rules, presets } = this
    const effects = givenIn(answers, 'get_dynamic_light_effect_rules')
    if (effects) this.rules = effectRulesOf(effects)
    const kept = givenIn(answers, 'get_preset_rules')
    if (kept) this.presets = presetsOf(kept)
    return this.presets.length !== presets.length || !isDeepStrictEqual(rules, this.rules)
  }

  private learnPreset(info: DeviceInfo, on: boolean | undefined): void {
    if (this.presets.length === 0) return
    const shines = on === true && (this.known.get('effect') ?? 'off') === 'off'
    this.known.set('light_preset', shines ? shownPreset(this.presets, info) : 0)
  }

  private learnEffect(info: DeviceInfo, on: boolean | undefined): boolean {
    const strip = objectOf(info.lighting_effect)
    if (strip) {
      const name = on === true ? (runningName(strip) ?? runningName(objectOf(info.segment_effect))) : undefined
      return this.known.set('effect', name ?? 'off') && name !== undefined && !effectNames('smart').includes(name)
    }
    const enable = booleanOf(info.dynamic_light_effect_enable)
    if (enable === undefined) return false
    const id = on === true && enable ? textOf(info.dynamic_light_effect_id, TEXT_LENGTH) : undefined
    const rule = this.rules.find((candidate) => candidate.id === id)
    const isOther = this.known.set('effect', rule?.name ?? id ?? 'off')
    if (isOther && id !== undefined && !rule) this.questions.again('get_dynamic_light_effect_rules')
    return false
  }
}

function runningName(effect: DeviceInfo | undefined): string | undefined {
  return effect && flagOf(effect.enable) === true ? heldName(effect) : undefined
}

/** What a person has set, of what the light does at the moment: it may be dark because it is night, or the device off. */
function ledOf({ led_rule, led_status }: DeviceInfo): boolean | undefined {
  return typeof led_rule === 'string' ? led_rule !== 'never' : booleanOf(led_status)
}
