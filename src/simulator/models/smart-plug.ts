import type { Identity, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { autoUpdate } from '../smart/modules/auto-update'
import { identity, radio } from '../smart/modules/identity'
import { system } from '../smart/modules/system'
import { outletModules } from '../smart/outlet-modules'
import { SmartDevice } from '../smart/smart-device'
import { Unit, type SmartModule } from '../smart/unit'
import { meterFor } from './meter'
import type { PlugOptions } from './options'
import type { SmartPlugProfile } from './smart-catalogue'
import { mainsVoltage } from './system'

/** A plug or a wall switch: one relay, perhaps a meter. */
export function smartPlug(
  model: string,
  profile: SmartPlugProfile,
  { device_id, mac }: Identity,
  options: PlugOptions<string>,
  surroundings: Surroundings,
  more: (outlet: Outlet) => readonly SmartModule[] = () => [],
): SmartDevice {
  const { clock } = surroundings
  const { components, device_type, emeter_data = false, batches = true } = profile
  const meter = 'energy_monitoring' in components ? { meter: meterFor(options, clock) } : {}
  const outlet = new Outlet(clock, {
    id: device_id,
    alias: options.alias ?? model,
    on: options.on ?? true,
    ...meter,
  })
  const who = { device_id, mac: mac.replaceAll(':', '-'), model: profile.model ?? model }
  const traits = { components, mains_v: mainsVoltage(who.model), emeter_data }
  const modules = [
    identity(who, profile, outlet),
    radio,
    system(surroundings),
    autoUpdate(),
    ...outletModules(outlet, traits, surroundings),
    ...more(outlet),
  ]
  const party = new Unit({ id: device_id, components, modules, batches })
  return new SmartDevice({ ...who, device_type, named: outlet, outlets: [outlet], party }, surroundings)
}
