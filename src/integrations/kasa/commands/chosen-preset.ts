import { invalid } from '../../../domain/errors'
import type { LightPreset } from '../light-presets'
import type { CommandTarget } from './command-plan'

/** @throws MonitorError `INPUT_INVALID` with those that the light has */
export function chosenPreset(presets: readonly LightPreset[], preset: number, { model }: CommandTarget): LightPreset {
  const chosen = presets[preset - 1]
  if (chosen) return chosen
  throw invalid('INPUT_INVALID', 'preset', preset, `1 to ${presets.length} for ${model}`)
}
