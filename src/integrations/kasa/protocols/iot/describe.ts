import type { Device, DeviceKind } from '../../../../domain/device'
import { flagOf, objectOf } from '../../json'
import { effectNames } from '../../commands/effects/effect-request'
import { lightPresetsIn } from '../../light-presets'
import { anyOn } from '../../readings'
import { colorTemperaturesOf } from './color-temperatures'
import {
  aliasOf,
  deviceIdOf,
  featuresOf,
  firmwareOf,
  hardwareOf,
  isLight,
  kindOf,
  macOf,
  modelOf,
  outletFeaturesOf,
  outletsOf,
  type Sysinfo,
} from './sysinfo'

export const INTEGRATION = 'kasa'

/**
 * The device first, its outlets after it.
 * @throws MonitorError `REPLY_INVALID`, `DEVICE_UNSUPPORTED`
 */
export function describeDevices(sysinfo: Sysinfo, host: string): Device[] {
  const kind = kindOf(sysinfo)
  const device_id = deviceIdOf(sysinfo)
  const [mac, firmware, hardware] = [macOf(sysinfo), firmwareOf(sysinfo), hardwareOf(sysinfo)]
  const outlets = kind === 'strip' ? outletsOf(sysinfo, device_id) : []
  const state = isLight(kind) ? objectOf(sysinfo.light_state)?.on_off : sysinfo.relay_state
  const on = kind === 'strip' ? anyOn(outlets) : flagOf(state)
  const common = {
    host,
    integration: INTEGRATION,
    model: modelOf(sysinfo),
    ...(mac === undefined ? {} : { mac }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(hardware === undefined ? {} : { hardware }),
  }
  const device: Device = {
    device_id,
    alias: aliasOf(sysinfo),
    kind,
    features: featuresOf(sysinfo, kind),
    ...common,
    ...lightOf(sysinfo, kind),
    ...(on === undefined ? {} : { on }),
  }
  const features = outletFeaturesOf(sysinfo)
  return [
    device,
    ...outlets.map((outlet): Device => ({
      device_id: outlet.device_id,
      parent_id: device_id,
      alias: outlet.alias,
      kind: 'outlet',
      features,
      ...common,
      ...(outlet.on === undefined ? {} : { on: outlet.on }),
    })),
  ]
}

/** What its commands take. */
function lightOf(sysinfo: Sysinfo, kind: DeviceKind): Pick<Device, 'color_temp_range' | 'effects' | 'light_presets'> {
  const color_temp_range = flagOf(sysinfo.is_variable_color_temp)
    ? colorTemperaturesOf(modelOf(sysinfo), kind)
    : undefined
  const effect = objectOf(sysinfo.lighting_effect_state)
  const light_presets = isLight(kind) ? lightPresetsIn(sysinfo.preferred_state).length : 0
  return {
    ...(color_temp_range ? { color_temp_range } : {}),
    ...(effect ? { effects: effectNames('iot', effect) } : {}),
    ...(light_presets > 0 ? { light_presets } : {}),
  }
}
