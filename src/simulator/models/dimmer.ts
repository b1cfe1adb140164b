import { INVALID_ARGUMENT, OK, type Json, type Modules } from '../answer'
import type { Identity, Surroundings } from '../device-model'
import type { PlugProfile } from './catalogue'
import type { DimmerOptions } from './options'
import { PlugModel } from './plug'
import { switchAll } from './system'

const PRESETS = [100, 75, 50, 25].map((brightness, index) => ({ brightness, index }))

/** A wall or plug-in dimmer: a switch with a brightness. */
export class DimmerModel extends PlugModel {
  private brightness_pct: number

  constructor(
    model: string,
    profile: PlugProfile,
    identity: Identity,
    options: DimmerOptions<string>,
    surroundings: Surroundings,
  ) {
    super(model, profile, identity, options, surroundings)
    this.brightness_pct = options.brightness_pct ?? 100
  }

  protected override moreSysinfo(): Json {
    return { brightness: this.brightness_pct, preferred_state: PRESETS }
  }

  protected override moreModules(): Modules {
    return {
      'smartlife.iot.dimmer': {
        get_dimmer_parameters: () => ({
          bulb_type: 1,
          minThreshold: 0,
          fadeOnTime: 1000,
          fadeOffTime: 1000,
          gentleOnTime: 3000,
          gentleOffTime: 10_000,
          rampRate: 30,
          err_code: 0,
        }),
        get_default_behavior: () => ({
          double_click: { mode: 'unknown' },
          long_press: { mode: 'unknown' },
          err_code: 0,
        }),
        set_brightness: ({ brightness }) => this.setBrightness(brightness),
        set_dimmer_transition: ({ brightness }) => this.setBrightness(brightness),
        set_switch_state: ({ state }, outlets) => switchAll(state, outlets),
      },
    }
  }

  // Dimmers refuse 0, lights do not.
  private setBrightness(brightness: unknown): Json {
    if (!Number.isInteger(brightness) || !((brightness as number) >= 1 && (brightness as number) <= 100)) {
      return INVALID_ARGUMENT
    }
    this.brightness_pct = brightness as number
    return OK
  }
}
