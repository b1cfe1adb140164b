import type { Surroundings } from '../device-model'
import type { Outlet } from '../outlet'
import { AutoOff } from './modules/auto-off'
import { SmartCountdown } from './modules/countdown'
import { energy } from './modules/energy'
import { fading } from './modules/fading'
import { fixed } from './modules/fixed'
import { led } from './modules/led'
import { powerProtection } from './modules/power-protection'
import { relay } from './modules/relay'
import { usage } from './modules/usage'
import type { Components, SmartModule } from './unit'

export interface OutletTraits {
  readonly components: Components
  readonly mains_v: number
  readonly emeter_data?: boolean
  /** One of a strip. */
  readonly is_child?: boolean
  /** Lights do not tell for how long they have been on. */
  readonly is_light?: boolean
}

/** What can be done with an outlet, by the components that it has. */
export function outletModules(outlet: Outlet, traits: OutletTraits, surroundings: Surroundings): SmartModule[] {
  const { components, mains_v, emeter_data = false, is_child = false, is_light = false } = traits
  const { clock, random } = surroundings
  const modules: SmartModule[] = [
    fixed(components),
    overheating(components),
    relay(outlet, !is_light),
    usage(outlet, clock),
  ]
  if ('auto_off' in components) modules.push(new AutoOff(outlet, surroundings))
  if ('countdown' in components) modules.push(new SmartCountdown(outlet, surroundings))
  if ('led' in components) modules.push(led())
  const { on_off_gradually } = components
  if (on_off_gradually !== undefined) modules.push(fading(on_off_gradually))
  if ('power_protection' in components) modules.push(powerProtection())
  const version = components.energy_monitoring
  if (version !== undefined && outlet.meter) {
    const options = { version, emeter_data, tells_current_power: !is_child, mains_v, clock, random }
    modules.push(energy(outlet, outlet.meter, options))
  }
  return modules
}

/** Firmware of 2023 and later tells it in a word. */
function overheating(components: Components): SmartModule {
  const inWords = 'overheat_protection' in components || 'current_protection' in components
  return { info: () => (inWords ? { overheat_status: 'normal' } : { overheated: false }) }
}
