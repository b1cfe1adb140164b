import type { Device, DeviceFeature, DeviceKind } from '../../../../domain/device'
import { listOf, numberOf } from '../../json'
import { anyOn } from '../../readings'
import type { Child } from './children'
import type { Components } from './components'
import { aliasOf, firmwareOf, hardwareOf, macOf, modelOf, booleanOf, type DeviceInfo } from './device-info'
import { fadingOf, keepsPresets, protectsPower, updatesItself } from './settings'
import type { SmartDetails } from './smart-details'
import type { SmartMeter } from './smart-meter'

const INTEGRATION = 'kasa'

/** A device or a child, as it can be described. */
export interface Described {
  readonly device_id: string
  readonly kind: DeviceKind
  readonly components: Components
  readonly info: DeviceInfo
  readonly meter: SmartMeter | undefined
  readonly details: SmartDetails
}

/** The device first, its children after it. */
export function describeDevices(own: Described, children: readonly Child[], host: string): Device[] {
  const devices = children.map((child): Device => {
    const features = featuresOf(child)
    return { ...describe(child, host), parent_id: own.device_id, features, ...lightOf(child, features) }
  })
  const device = describe(own, host)
  const on = device.on ?? (own.kind === 'hub' ? undefined : anyOn(children))
  const features = ownFeaturesOf(own, children)
  return [{ ...device, features, ...lightOf(own, features), ...(on === undefined ? {} : { on }) }, ...devices]
}

function describe({ device_id, kind, info }: Described, host: string): Omit<Device, 'features'> {
  const [mac, firmware, hardware] = [macOf(info), firmwareOf(info), hardwareOf(info)]
  const on = booleanOf(info.device_on)
  return {
    device_id,
    alias: aliasOf(info),
    model: modelOf(info),
    host,
    kind,
    integration: INTEGRATION,
    ...(mac === undefined ? {} : { mac }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(on === undefined ? {} : { on }),
  }
}

/** A strip has what its outlets have, as far as that can be done to all at once. */
function ownFeaturesOf(own: Described, children: readonly Child[]): DeviceFeature[] {
  const features = featuresOf(own)
  if (updatesItself(own.components)) features.push('auto-update')
  if (own.kind !== 'strip') return features
  if (children.some(({ meter }) => meter)) features.unshift('energy')
  if (!features.includes('relay')) features.unshift('relay')
  return features
}

/** @see DeviceFeature: what it can do, which is its parts, and what it says of itself. */
export function featuresOf({ components, info, meter }: Described): DeviceFeature[] {
  const features: DeviceFeature[] = []
  const switches = booleanOf(info.device_on) !== undefined
  if (switches) features.push('relay')
  if (meter) features.push('energy')
  if (numberOf(info.brightness) !== undefined) features.push('brightness')
  if (components.has('color')) features.push('color')
  if (components.has('color_temperature') && hasColorTemperatures(info)) features.push('color-temperature')
  if (components.has('led')) features.push('led')
  if (switches && components.has('countdown')) features.push('countdown')
  if (components.has('light_effect') || components.has('light_strip_lighting_effect')) features.push('effect')
  if (switches && components.has('auto_off')) features.push('auto-off')
  if (components.has('child_protection') || booleanOf(info.child_protection) !== undefined) features.push('child-lock')
  if (meter?.records) features.push('recorded-energy')
  if (booleanOf(info.detected) !== undefined) features.push('motion')
  features.push(...settingFeaturesOf(components, info))
  return features
}

function settingFeaturesOf(components: Components, info: DeviceInfo): DeviceFeature[] {
  const features: DeviceFeature[] = []
  const fades = fadingOf(components, info)
  if (fades) features.push(fades === 'at-all' ? 'smooth-transitions' : 'smooth-on-off')
  if (keepsPresets(components, info)) features.push('light-preset')
  if (protectsPower(components, info)) features.push('power-protection')
  return features
}

/** What its commands take. */
function lightOf(
  { info, details }: Described,
  features: readonly DeviceFeature[],
): Pick<Device, 'color_temp_range' | 'effects' | 'light_presets'> {
  const [minimum_k, maximum_k] = listOf(info.color_temp_range).map(numberOf)
  const isRange = minimum_k !== undefined && maximum_k !== undefined && minimum_k < maximum_k
  return {
    ...(isRange && features.includes('color-temperature') ? { color_temp_range: { minimum_k, maximum_k } } : {}),
    ...(features.includes('effect') ? { effects: details.effectsOf(info) } : {}),
    ...(features.includes('light-preset') ? { light_presets: details.presets.length } : {}),
  }
}

/** Some strips of one white only have the part for it, and a range of nothing. */
function hasColorTemperatures(info: DeviceInfo): boolean {
  const [lowest, highest] = listOf(info.color_temp_range)
  return lowest === undefined || lowest !== highest
}
