import type { DeviceModel, Identity, Surroundings } from '../device-model'
import { BULBS, DIMMERS, LIGHT_STRIPS, PLUGS, STRIPS, SWITCHES } from './catalogue'
import { DimmerModel } from './dimmer'
import { LightModel } from './light'
import type { PlugOptions } from './options'
import { PlugModel } from './plug'
import { HUBS, SMART_PLUGS, SMART_SWITCHES } from './smart-catalogue'
import { smartHub } from './smart-hub'
import { smartPlug } from './smart-plug'
import { StripModel } from './strip'

export type Maker<Options> = (identity: Identity, options: Options, surroundings: Surroundings) => DeviceModel
type Make<Profile, Options> = (model: string, profile: Profile, ...device: Parameters<Maker<Options>>) => DeviceModel

const plug: Make<ConstructorParameters<typeof PlugModel>[1], PlugOptions<string>> = (...all) => new PlugModel(...all)

/** How each model is made, whatever it speaks. */
export const PLUG_MAKERS = { ...each(PLUGS, plug), ...each(SMART_PLUGS, smartPlug) }
export const SWITCH_MAKERS = { ...each(SWITCHES, plug), ...each(SMART_SWITCHES, smartPlug) }
export const DIMMER_MAKERS = each(DIMMERS, (...all: ConstructorParameters<typeof DimmerModel>) => {
  return new DimmerModel(...all)
})
export const STRIP_MAKERS = each(STRIPS, (...all: ConstructorParameters<typeof StripModel>) => new StripModel(...all))
export const BULB_MAKERS = each(BULBS, (...all: ConstructorParameters<typeof LightModel>) => new LightModel(...all))
export const LIGHT_STRIP_MAKERS = each(LIGHT_STRIPS, (...all: ConstructorParameters<typeof LightModel>) => {
  return new LightModel(...all)
})
export const HUB_MAKERS = each(HUBS, smartHub)

function each<Name extends string, Profile, Options>(
  profiles: Readonly<Record<Name, Profile>>,
  make: Make<Profile, Options>,
): Readonly<Record<Name, Maker<Options>>> {
  const makers = Object.entries<Profile>(profiles).map(([model, profile]): [string, Maker<Options>] => [
    model,
    (...device) => make(model, profile, ...device),
  ])
  return Object.fromEntries(makers) as Record<Name, Maker<Options>>
}
