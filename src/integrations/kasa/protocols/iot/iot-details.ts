import { flagOf, objectOf } from '../../json'
import type { KnownDetails } from '../../known-details'
import { lightPresetsIn, shownPreset } from '../../light-presets'
import type { Moment } from '../../readings'
import { effectNames, heldName } from '../../commands/effects/effect-request'
import type { Sysinfo } from './sysinfo'

/**
 * Takes in what a device says of itself beside its readings. Returns whether it plays an effect that is not in its description: one that
 * a person has made.
 */
export function learnDetails(
  details: KnownDetails,
  sysinfo: Sysinfo,
  on: boolean | undefined,
  { timestamp }: Moment,
): boolean {
  const led_off = flagOf(sysinfo.led_off)
  details.set('led', led_off === undefined ? undefined : !led_off)
  details.setOnSince(on, sysinfo.on_time, timestamp)
  const state = objectOf(sysinfo.lighting_effect_state)
  learnPreset(details, sysinfo, on === true && flagOf(state?.enable) !== true)
  if (!state) return false
  const name = on === true && flagOf(state.enable) === true ? heldName(state) : undefined
  return details.set('effect', name ?? 'off') && name !== undefined && !effectNames('iot').includes(name)
}

/** Dimmers have presets as well, and no state of a light: theirs are left to the app. */
function learnPreset(details: KnownDetails, sysinfo: Sysinfo, shines: boolean): void {
  const look = objectOf(sysinfo.light_state)
  const presets = look ? lightPresetsIn(sysinfo.preferred_state) : []
  if (look && presets.length > 0) details.set('light_preset', shines ? shownPreset(presets, look) : 0)
}
