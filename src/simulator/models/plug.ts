import { INVALID_ARGUMENT, OK, type Json, type Methods, type Modules } from '../answer'
import type { Identity, IotModel, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { cloud } from '../modules/cloud'
import { Countdowns } from '../modules/countdown'
import { emeter } from '../modules/emeter'
import { motion } from '../modules/motion'
import { schedule } from '../modules/schedule'
import { time } from '../modules/time'
import type { PlugProfile } from './catalogue'
import { meterFor } from './meter'
import type { PlugOptions } from './options'
import { commonSysinfo, commonSystem, mainsVoltage, switchAll } from './system'

/** A plug or a wall switch: one relay, perhaps a meter. */
export class PlugModel implements IotModel {
  readonly protocol = 'iot'
  readonly device_type = 'IOT.SMARTPLUGSWITCH'
  readonly device_id: string
  readonly mac: string
  readonly outlets: readonly [Outlet]
  readonly modules: Modules
  private readonly countdowns: Countdowns
  private led_off = 0

  constructor(
    readonly model: string,
    private readonly profile: PlugProfile,
    identity: Identity,
    options: PlugOptions<string>,
    surroundings: Surroundings,
  ) {
    const { clock, random } = surroundings
    this.device_id = identity.device_id
    this.mac = identity.mac
    const meter = profile.energy ? { meter: meterFor(options, clock) } : {}
    this.outlets = [
      new Outlet(clock, { id: identity.device_id, alias: options.alias ?? model, on: options.on ?? true, ...meter }),
    ]
    this.countdowns = new Countdowns(surroundings)
    this.modules = {
      system: this.system(surroundings),
      ...(profile.energy ? { emeter: emeter({ units: profile.energy, mains_v: mainsVoltage(model), random }) } : {}),
      schedule,
      count_down: this.countdowns.methods,
      time: time(clock),
      cnCloud: cloud,
      ...(profile.motion_sensor ? motion() : {}),
      ...this.moreModules(),
    }
  }

  get alias(): string {
    return this.outlets[0].alias
  }

  protected moreModules(): Modules {
    return {}
  }

  protected moreSysinfo(): Json {
    return {}
  }

  private system(surroundings: Surroundings): Methods {
    return {
      get_sysinfo: () => this.sysinfo(),
      set_relay_state: ({ state }, outlets) => switchAll(state, outlets),
      set_led_off: ({ off }) => {
        if (off !== 0 && off !== 1) return INVALID_ARGUMENT
        this.led_off = off
        return OK
      },
      ...commonSystem(surroundings, (alias) => {
        this.outlets[0].alias = alias
      }),
    }
  }

  private sysinfo(): Json {
    const [outlet] = this.outlets
    return {
      ...commonSysinfo(this.profile, this.model),
      ...(this.profile.first_generation ? FIRST_GENERATION : LATER_GENERATIONS),
      dev_name: this.profile.description,
      alias: this.alias,
      deviceId: this.device_id,
      mac: this.mac,
      feature: this.profile.energy ? 'TIM:ENE' : 'TIM',
      active_mode: this.countdowns.runs(outlet) ? 'count_down' : 'none',
      icon_hash: '',
      relay_state: outlet.on ? 1 : 0,
      on_time: outlet.on_time_s,
      led_off: this.led_off,
      updating: 0,
      ...this.moreSysinfo(),
    }
  }
}

const FIRST_GENERATION: Json = { type: 'IOT.SMARTPLUGSWITCH', fwId: '0'.repeat(32), latitude: 0, longitude: 0 }
const LATER_GENERATIONS: Json = {
  mic_type: 'IOT.SMARTPLUGSWITCH',
  latitude_i: 0,
  longitude_i: 0,
  next_action: { type: -1 },
  ntc_state: 0,
  obd_src: 'tplink',
  status: 'new',
}
