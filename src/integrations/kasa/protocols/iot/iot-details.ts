import { flagOf, objectOf } from '../../json'
import type { KnownDetails } from '../../known-details'
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
  if (!state) return false
  const name = on === true && flagOf(state.enable) === true ? heldName(state) : undefined
  return details.set('effect', name ?? 'off') && name !== undefined && !effectNames('iot').includes(name)
}
