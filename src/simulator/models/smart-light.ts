import type { Identity, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { autoUpdate } from '../smart/modules/auto-update'
import { bulbEffects, stripEffects } from '../smart/modules/effects'
import { identity, radio } from '../smart/modules/identity'
import { SmartLight } from '../smart/modules/light'
import { system } from '../smart/modules/system'
import { outletModules } from '../smart/outlet-modules'
import { SmartDevice } from '../smart/smart-device'
import { Unit, type SmartModule } from '../smart/unit'
import { meterFor } from './meter'
import type { DimmerOptions, LightOptions } from './options'
import type { SmartLightProfile, SmartPlugProfile } from './smart-catalogue'
import { smartPlug } from './smart-plug'
import { mainsVoltage } from './system'

/** A bulb or a light strip. */
export function smartLight(
  model: string,
  profile: SmartLightProfile,
  { device_id, mac }: Identity,
  options: LightOptions<string>,
  surroundings: Surroundings,
): SmartDevice {
  const { components, device_type, wattage_w, color_temp_k } = profile
  const { alias = model, on = true, brightness_pct = 100 } = options
  const meter = meterFor({ power: wattage_w }, surroundings.clock)
  const outlet = new Outlet(surroundings.clock, { id: device_id, alias, on, meter })
  const who = { device_id, mac: mac.replaceAll(':', '-'), model }
  const traits = { components, mains_v: mainsVoltage(model), is_light: true }
  const light = new SmartLight(outlet, components, brightness_pct, color_temp_k)
  const modules: SmartModule[] = [
    identity(who, profile, outlet),
    radio,
    system(surroundings),
    autoUpdate(),
    ...outletModules(outlet, traits, surroundings),
    light,
    ...('light_effect' in components ? [bulbEffects(light)] : []),
    ...('light_strip_lighting_effect' in components ? [stripEffects(light)] : []),
  ]
  const party = new Unit({ id: device_id, components, modules })
  return new SmartDevice({ ...who, device_type, named: outlet, outlets: [outlet], party }, surroundings)
}

/** A switch with a brightness. */
export function smartDimmer(
  model: string,
  profile: SmartPlugProfile,
  who: Identity,
  options: DimmerOptions<string>,
  surroundings: Surroundings,
): SmartDevice {
  const brightness_pct = options.brightness_pct ?? 100
  return smartPlug(model, profile, who, options, surroundings, (outlet) => [
    new SmartLight(outlet, profile.components, brightness_pct),
  ])
}
