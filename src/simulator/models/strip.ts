import { INVALID_ARGUMENT, OK, type Json, type Methods, type Modules } from '../answer'
import type { Identity, IotModel, Surroundings } from '../device-model'
import { Outlet } from '../outlet'
import { cloud } from '../modules/cloud'
import { Countdowns } from '../modules/countdown'
import { emeter } from '../modules/emeter'
import { schedule } from '../modules/schedule'
import { time } from '../modules/time'
import type { StripProfile } from './catalogue'
import { meterFor } from './meter'
import type { StripOptions } from './options'
import { commonSysinfo, commonSystem, mainsVoltage, switchAll } from './system'

/** Several outlets behind one address; a request names them in `context.child_ids`. */
export class StripModel implements IotModel {
  readonly protocol = 'iot'
  readonly device_type = 'IOT.SMARTPLUGSWITCH'
  readonly device_id: string
  readonly mac: string
  readonly outlets: readonly Outlet[]
  readonly modules: Modules
  alias: string
  private led_off = 0

  constructor(
    readonly model: string,
    private readonly profile: StripProfile,
    identity: Identity,
    options: StripOptions<string>,
    surroundings: Surroundings,
  ) {
    const { clock, random } = surroundings
    this.device_id = identity.device_id
    this.mac = identity.mac
    this.alias = options.alias ?? model
    this.outlets = Array.from({ length: profile.outlets }, (_, index) => this.outlet(index, options, surroundings))
    this.modules = {
      system: this.system(surroundings),
      ...(profile.energy
        ? { emeter: emeter({ units: profile.energy, mains_v: mainsVoltage(model), random, slots: this.outlets }) }
        : {}),
      schedule,
      count_down: new Countdowns(surroundings).methods,
      time: time(clock),
      cnCloud: cloud,
    }
  }

  private outlet(index: number, options: StripOptions<string>, { clock }: Surroundings): Outlet {
    const given = options.outlets?.[index] ?? {}
    const number = String(index).padStart(2, '0')
    return new Outlet(clock, {
      id: options.short_outlet_ids ? number : this.device_id + number,
      alias: given.alias ?? `${this.alias} ${index + 1}`,
      on: given.on ?? options.on ?? true,
      ...(this.profile.energy ? { meter: meterFor(given, clock) } : {}),
    })
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
      ...commonSystem(surroundings, (alias, outlets) => this.rename(alias, outlets)),
    }
  }

  private rename(alias: string, outlets: readonly Outlet[]): void {
    if (outlets === this.outlets) this.alias = alias
    else for (const outlet of outlets) outlet.alias = alias
  }

  private sysinfo(): Json {
    return {
      ...commonSysinfo(this.profile, this.model),
      mic_type: 'IOT.SMARTPLUGSWITCH',
      alias: this.alias,
      deviceId: this.device_id,
      mac: this.mac,
      feature: this.profile.energy ? 'TIM:ENE' : 'TIM',
      child_num: this.outlets.length,
      children: this.outlets.map((outlet) => ({
        id: outlet.id,
        alias: outlet.alias,
        state: outlet.on ? 1 : 0,
        on_time: outlet.on_time_s,
        next_action: { type: -1 },
      })),
      latitude_i: 0,
      longitude_i: 0,
      led_off: this.led_off,
      ntc_state: 0,
      status: 'new',
      updating: 0,
    }
  }
}
