import { COMMAND_RANGES } from '../../domain/command'
import type { DeviceFeature } from '../../domain/device'
import type { CommandKey } from '../commands/command-keys'
import type { StateKey } from '../known-device'
import type { JsonValue } from './component'

/** One setting of a device, that a command changes and its state shows under the same key. */
export interface ControlRow {
  readonly key: string
  readonly sets: StateKey & CommandKey
  /** Exists where the device has it. */
  readonly feature: DeviceFeature
  readonly platform: 'switch' | 'number'
  readonly name: string
  readonly icon: string
  readonly words: Readonly<Record<string, JsonValue>>
}

/** How a switch writes to us, and how it reads its state. */
export const SWITCH_WORDS = { payload_on: 'ON', payload_off: 'OFF', state_on: 'True', state_off: 'False' } as const

const SECONDS = { ...between(COMMAND_RANGES.transition_s), unit_of_measurement: 's' }
const MINUTES = { ...between(COMMAND_RANGES.delay_min), unit_of_measurement: 'min' }
const WATTS = { ...between(COMMAND_RANGES.limit_w), device_class: 'power', unit_of_measurement: 'W' }

/** In the order in which a device's page is read. Keys, names and icons are those of the native integration. */
export const CONTROLS: readonly ControlRow[] = [
  onOff('led', 'led', 'led', 'LED', 'mdi:led-on'),
  onOff('child_lock', 'child_lock', 'child-lock', 'Child lock', 'mdi:account-lock'),
  onOff('pir_enabled', 'motion_sensor', 'motion-sensor', 'Motion sensor', 'mdi:motion-sensor'),
  onOff('smooth_transitions', 'smooth_transitions', 'smooth-transitions', 'Smooth transitions', 'mdi:transition'),
  number('smooth_transition_on', 'smooth_on_s', 'smooth-on-off', 'Smooth on', 'mdi:weather-sunset-up', SECONDS),
  number('smooth_transition_off', 'smooth_off_s', 'smooth-on-off', 'Smooth off', 'mdi:weather-sunset-down', SECONDS),
  // Natively a switch and a number; here 0 is never.
  number('auto_off_minutes', 'auto_off_min', 'auto-off', 'Turn off in', 'mdi:sleep', MINUTES),
  number(
    'power_protection_threshold',
    'power_limit_w',
    'power-protection',
    'Power protection threshold',
    'mdi:flash',
    WATTS,
  ),
  onOff('auto_update_enabled', 'auto_update', 'auto-update', 'Auto update enabled', 'mdi:autorenew'),
]

function onOff(key: string, sets: ControlRow['sets'], feature: DeviceFeature, name: string, icon: string): ControlRow {
  return { key, sets, feature, platform: 'switch', name, icon, words: SWITCH_WORDS }
}

function number(
  key: string,
  sets: ControlRow['sets'],
  feature: DeviceFeature,
  name: string,
  icon: string,
  words: ControlRow['words'],
): ControlRow {
  return { key, sets, feature, platform: 'number', name, icon, words: { step: 1, mode: 'box', ...words } }
}

function between({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }) {
  return { min: minimum, max: maximum }
}
