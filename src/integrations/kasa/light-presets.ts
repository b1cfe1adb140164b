import { listOf, numberOf, objectOf, type JsonObject } from './json'

const MAXIMUM_PRESETS = 16

/** What a person has kept in the app for a light to shine like, in the words that both protocols have for it. */
export interface LightPreset {
  readonly brightness: number
  /** Of a white. */
  readonly color_temp?: number
  /** Of a colour, both. */
  readonly hue?: number
  readonly saturation?: number
}

/** People number them; what is no look of the light itself, such as an effect, has no number. */
export function lightPresetsIn(list: unknown): readonly LightPreset[] {
  return listOf(list)
    .slice(0, MAXIMUM_PRESETS)
    .flatMap((item) => presetOf(typeof item === 'number' ? { brightness: item } : (objectOf(item) ?? {})))
}

function presetOf({ id, brightness, color_temp, hue, saturation }: JsonObject): LightPreset[] {
  const brightness_pct = numberOf(brightness)
  // Light strips keep effects among them, by their ids (KL430).
  if (id !== undefined || brightness_pct === undefined || brightness_pct < 1 || brightness_pct > 100) return []
  const white_k = numberOf(color_temp)
  if (white_k !== undefined && white_k > 0) return [{ brightness: brightness_pct, color_temp: white_k }]
  const [hue_deg, saturation_pct] = [numberOf(hue), numberOf(saturation)]
  if (hue_deg === undefined || saturation_pct === undefined) return [{ brightness: brightness_pct }]
  return [{ brightness: brightness_pct, hue: hue_deg, saturation: saturation_pct }]
}

/** The number of the one that a light which is on shines like, from 1; 0: none of them. */
export function shownPreset(presets: readonly LightPreset[], look: JsonObject): number {
  return presets.findIndex((preset) => isShown(preset, look)) + 1
}

export function isShown({ brightness, color_temp, hue, saturation }: LightPreset, look: JsonObject): boolean {
  if (look.brightness !== brightness) return false
  if (color_temp !== undefined) return look.color_temp === color_temp
  if (hue === undefined) return true
  // A white keeps the colour that was before it.
  return (numberOf(look.color_temp) ?? 0) === 0 && look.hue === hue && look.saturation === saturation
}
