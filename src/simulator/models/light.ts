import type { Json, Methods, Modules } from '../answer'
import type { Identity, IotModel, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { cloud } from '../modules/cloud'
import { emeter } from '../modules/emeter'
import { LightingEffect } from '../modules/lighting-effect'
import { schedule } from '../modules/schedule'
import { time } from '../modules/time'
import type { LightProfile } from './catalogue'
import { LightState } from './light-state'
import { meterFor } from './meter'
import type { LightOptions } from './options'
import { commonSysinfo, commonSystem, mainsVoltage } from './system'

const PRESETS = [100, 75, 25, 1].map((brightness, index) => {
  return { index, hue: 0, saturation: 0, color_temp: 2700, brightness }
})

/** A bulb or a light strip. */
export class LightModel implements IotModel {
  readonly protocol = 'iot'
  readonly device_type = 'IOT.SMARTBULB'
  readonly device_id: string
  readonly mac: string
  readonly outlets: readonly [Outlet]
  readonly modules: Modules
  private readonly light: LightState
  private readonly effect = new LightingEffect(() => this.outlets[0].switch(true))

  constructor(
    readonly model: string,
    private readonly profile: LightProfile,
    identity: Identity,
    options: LightOptions<string>,
    surroundings: Surroundings,
  ) {
    const { clock, random } = surroundings
    this.device_id = identity.device_id
    this.mac = identity.mac
    const meter = meterFor({ power: profile.wattage_w }, clock)
    const outlet = new Outlet(clock, {
      id: identity.device_id,
      alias: options.alias ?? model,
      on: options.on ?? true,
      meter,
    })
    this.outlets = [outlet]
    this.light = new LightState(profile, outlet, options.brightness_pct ?? 100)
    const system = this.system(surroundings)
    this.modules = {
      system,
      'smartlife.iot.common.system': system,
      'smartlife.iot.common.emeter': emeter({ units: profile.energy, mains_v: mainsVoltage(model), random }),
      'smartlife.iot.common.schedule': schedule,
      'smartlife.iot.common.timesetting': time(clock),
      'smartlife.iot.common.cloud': cloud,
      ...this.lighting(),
    }
  }

  get alias(): string {
    return this.outlets[0].alias
  }

  private system(surroundings: Surroundings): Methods {
    return {
      get_sysinfo: () => this.sysinfo(),
      ...commonSystem(surroundings, (alias) => {
        this.outlets[0].alias = alias
      }),
    }
  }

  private lighting(): Modules {
    const get_light_state = () => ({ ...this.light.state(), err_code: 0 })
    const set = (wanted: Json) => this.light.change(wanted)
    if (this.profile.length !== undefined) {
      const set_light_state = (wanted: Json) => {
        const { on_off, ignore_default, hue, color_temp } = wanted
        // home-assistant/core #69039 tells of `ignore_default`.
        const isAnew = on_off === 1 && ignore_default !== 0
        if (isAnew || hue !== undefined || color_temp !== undefined) this.effect.end()
        return set(wanted)
      }
      return {
        'smartlife.iot.lightStrip': { get_light_state, set_light_state },
        'smartlife.iot.lighting_effect': this.effect.methods,
      }
    }
    return {
      'smartlife.iot.smartbulb.lightingservice': {
        get_light_state,
        transition_light_state: set,
        get_light_details: () => ({ wattage: this.profile.wattage_w, max_lumens: 800, err_code: 0 }),
      },
    }
  }

  private sysinfo(): Json {
    const { color, color_temp_k, length, description } = this.profile
    return {
      ...commonSysinfo(this.profile, this.model),
      mic_type: 'IOT.SMARTBULB',
      mic_mac: this.mac.replaceAll(':', ''),
      description,
      alias: this.alias,
      deviceId: this.device_id,
      active_mode: 'none',
      ctrl_protocols: { name: 'Linkie', version: '1.0' },
      dev_state: 'normal',
      disco_ver: '1.0',
      is_factory: false,
      is_dimmable: 1,
      is_color: color ? 1 : 0,
      is_variable_color_temp: color_temp_k ? 1 : 0,
      light_state: this.light.state(),
      preferred_state: PRESETS,
      ...(length === undefined ? {} : { length, lighting_effect_state: this.effect.summary }),
    }
  }
}
