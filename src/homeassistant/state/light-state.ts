import { MEASURED_FIELDS, type Reading } from '../../domain/reading'
import type { JsonValue } from '../entities/component'
import { colorModesOf, isLight, type ColorMode } from '../entities/light'
import type { KnownDevice } from '../known-device'
import { rounded } from './state-fields'

type NumberKey = 'brightness_pct' | 'color_temp_k' | 'hue_deg' | 'saturation_pct'
type LightState = Readonly<Record<string, JsonValue>>

/** A light in the words of Home Assistant's schema `json`; undefined of what is none. */
export function lightStateOf({ device, reading, details }: KnownDevice): LightState | undefined {
  if (!device || !isLight(device)) return undefined
  const modes = colorModesOf(device)
  const brightness_pct = valueOf(reading, 'brightness_pct')
  return {
    state: reading?.on === undefined ? null : reading.on ? 'ON' : 'OFF',
    // 0 is no brightness to Home Assistant.
    ...(modes[0] !== 'onoff' && brightness_pct !== undefined && { brightness: Math.max(1, brightness_pct) }),
    ...colorOf(reading, modes),
    ...(device.features.includes('effect') && details.effect !== undefined && { effect: details.effect }),
  }
}

/** A light that shines in a colour tells no colour temperature; one that shines white may still tell its last colour. */
function colorOf(reading: Reading | undefined, modes: readonly ColorMode[]): LightState {
  const [only] = modes
  if (only === 'onoff' || only === 'brightness') return { color_mode: only }
  const color_temp_k = valueOf(reading, 'color_temp_k')
  const isWhite = color_temp_k !== undefined && color_temp_k > 0
  if (isWhite && modes.includes('color_temp')) return { color_mode: 'color_temp', color_temp: color_temp_k }
  const [hue_deg, saturation_pct] = [valueOf(reading, 'hue_deg'), valueOf(reading, 'saturation_pct')]
  if (hue_deg === undefined || saturation_pct === undefined || !modes.includes('hs')) return {}
  // Of lights with one white only, which tell its temperature: in Home Assistant, a colour without any.
  return { color_mode: 'hs', color: { h: hue_deg, s: isWhite ? 0 : saturation_pct } }
}

function valueOf(reading: Reading | undefined, key: NumberKey): number | undefined {
  const value = reading?.[key]
  const { minimum, maximum } = MEASURED_FIELDS[key]
  return value !== undefined && value >= minimum && value <= maximum ? rounded(value, 1) : undefined
}
