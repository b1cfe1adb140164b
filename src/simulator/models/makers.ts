import type { DeviceModel, Identity, Surroundings } from '../device-model'
import { BULBS, DIMMERS, LIGHT_STRIPS, PLUGS, STRIPS, SWITCHES } from './catalogue'
import { DimmerModel } from './dimmer'
import { LightModel } from './light'
import { PlugModel } from './plug'
import {
  FAN_SWITCHES,
  HUBS,
  SMART_BULBS,
  SMART_DIMMERS,
  SMART_LIGHT_STRIPS,
  SMART_PLUGS,
  SMART_STRIPS,
  SMART_SWITCHES,
} from './smart-catalogue'
import { smartHub } from './smart-hub'
import { smartDimmer, smartLight } from './smart-light'
import { smartPlug } from './smart-plug'
import { smartStrip } from './smart-strip'
import { StripModel } from './strip'

export type Maker<Options> = (identity: Identity, options: Options, surroundings: Surroundings) => DeviceModel
type Make<Profile, Options> = (model: string, profile: Profile, ...device: Parameters<Maker<Options>>) => DeviceModel

/** How each model is made, whatever it speaks. */
export const PLUG_MAKERS = { ...each(PLUGS, built(PlugModel)), ...each(SMART_PLUGS, smartPlug) }
export const SWITCH_MAKERS = {
  ...each(SWITCHES, built(PlugModel)),
  ...each(SMART_SWITCHES, smartPlug),
  ...each(FAN_SWITCHES, smartStrip),
}
export const DIMMER_MAKERS = { ...each(DIMMERS, built(DimmerModel)), ...each(SMART_DIMMERS, smartDimmer) }
export const STRIP_MAKERS = { ...each(STRIPS, built(StripModel)), ...each(SMART_STRIPS, smartStrip) }
export const BULB_MAKERS = { ...each(BULBS, built(LightModel)), ...each(SMART_BULBS, smartLight) }
export const LIGHT_STRIP_MAKERS = {
  ...each(LIGHT_STRIPS, built(LightModel)),
  ...each(SMART_LIGHT_STRIPS, smartLight),
}
export const HUB_MAKERS = each(HUBS, smartHub)

function built<All extends unknown[], Model>(Class: new (...all: All) => Model): (...all: All) => Model {
  return (...all) => new Class(...all)
}

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
