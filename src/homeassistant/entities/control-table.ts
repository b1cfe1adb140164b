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

const { minimum: min, maximum: max } = COMMAND_RANGES.delay_min

export const CONTROLS: readonly ControlRow[] = [
  {
    key: 'led',
    sets: 'led',
    feature: 'led',
    platform: 'switch',
    name: 'LED',
    icon: 'mdi:led-on',
    words: SWITCH_WORDS,
  },
  {
    key: 'child_lock',
    sets: 'child_lock',
    feature: 'child-lock',
    platform: 'switch',
    name: 'Child lock',
    icon: 'mdi:account-lock',
    words: SWITCH_WORDS,
  },
  {
    // Natively a switch and a number; here 0 is never.
    key: 'auto_off_minutes',
    sets: 'auto_off_min',
    feature: 'auto-off',
    platform: 'number',
    name: 'Turn off in',
    icon: 'mdi:sleep',
    words: { min, max, step: 1, mode: 'box', unit_of_measurement: 'min' },
  },
]
