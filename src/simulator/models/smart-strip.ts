import type { Json } from '../answer'
import type { Identity, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { autoUpdate } from '../smart/modules/auto-update'
import { fan } from '../smart/modules/fan'
import { fixed } from '../smart/modules/fixed'
import { identity, radio } from '../smart/modules/identity'
import { led } from '../smart/modules/led'
import { SmartLight } from '../smart/modules/light'
import { system } from '../smart/modules/system'
import { outletModules } from '../smart/outlet-modules'
import { SmartDevice } from '../smart/smart-device'
import { Unit, type Components, type SmartModule } from '../smart/unit'
import { meterFor } from './meter'
import type { StripOptions, StripOutletOptions } from './options'
import type { SmartOutletProfile, SmartStripProfile } from './smart-catalogue'
import { mainsVoltage } from './system'

/** Several outlets behind one address, each asked through `control_child`. */
export function smartStrip(
  model: string,
  profile: SmartStripProfile,
  { device_id, mac }: Identity,
  options: Omit<StripOptions<string>, 'short_outlet_ids'>,
  surroundings: Surroundings,
): SmartDevice {
  const named = { alias: options.alias ?? model }
  const children = profile.outlets.map((outlet, index) => {
    const given = { alias: `${named.alias} ${index + 1}`, on: options.on ?? true, ...options.outlets?.[index] }
    const id = device_id + String(index).padStart(2, '0')
    const place = { position: index + 1, slot_number: profile.outlets.length, original_device_id: device_id }
    return outletOf({ id, mac: mac.replaceAll(':', ''), model }, profile, outlet, given, place, surroundings)
  })
  const who = { device_id, mac: mac.replaceAll(':', '-'), model }
  const { components, device_type } = profile
  const modules = [
    identity(who, profile, named),
    radio,
    system(surroundings),
    autoUpdate(),
    fixed(withoutProtections(components)),
    led(),
  ]
  const units = children.map(({ unit }) => unit)
  const party = new Unit({ id: device_id, components, modules, children: () => units })
  const outlets = children.map(({ outlet }) => outlet)
  return new SmartDevice({ ...who, device_type, named, outlets, party }, surroundings)
}

function outletOf(
  { id, mac, model }: { id: string; mac: string; model: string },
  maker: SmartStripProfile,
  { components, category, emeter_data = false }: SmartOutletProfile,
  given: StripOutletOptions & { readonly alias: string; readonly on: boolean },
  place: Json,
  surroundings: Surroundings,
): { unit: Unit; outlet: Outlet } {
  const meter = 'energy_monitoring' in components ? { meter: meterFor(given, surroundings.clock) } : {}
  const outlet = new Outlet(surroundings.clock, { id, alias: given.alias, on: given.on, ...meter })
  const traits = { components, mains_v: mainsVoltage(model), emeter_data, is_child: true }
  const modules: SmartModule[] = [
    identity({ device_id: id, mac, model }, maker, outlet),
    { info: () => ({ ...place, category, bind_count: 1, status_follow_edge: true }) },
    ...outletModules(outlet, traits, surroundings),
    ...('brightness' in components ? [new SmartLight(outlet, components, 100)] : []),
    ...('fan_control' in components ? [fan()] : []),
  ]
  return { unit: new Unit({ id, components, modules }), outlet }
}

// A strip has the components of its outlets too, and tells nothing of their state itself.
function withoutProtections(components: Components): Components {
  return Object.fromEntries(Object.entries(components).filter(([id]) => !id.endsWith('_protection')))
}
