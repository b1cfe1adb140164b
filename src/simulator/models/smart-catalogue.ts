import type { Components } from '../smart/unit'

/** Models that know the newer commands, with what their replies show of them. */
export interface SmartProfile {
  readonly device_type: string
  readonly hardware: string
  readonly firmware: string
  readonly components: Components
  /** How the device tells its model, where that is not the name without its region. */
  readonly told_model?: string
}

export interface SmartPlugProfile extends SmartProfile {
  /** Where the catalogue names more than the model: an older model has the same name. */
  readonly model?: string
  /** Firmware from 1.3 on measures voltage and current too. */
  readonly emeter_data?: boolean
  /** P100 of 2019 does not know `multipleRequest`. */
  readonly batches?: false
}

export interface SmartStripProfile extends SmartProfile {
  readonly outlets: readonly SmartOutletProfile[]
}

export interface SmartOutletProfile {
  readonly category: string
  readonly components: Components
  readonly emeter_data?: boolean
}

export interface SmartLightProfile extends SmartProfile {
  readonly wattage_w: number
  /** Absent: one white only. */
  readonly color_temp_k?: readonly [minimum: number, maximum: number]
}

const OLDEST: Components = {
  ...{ device: 1, firmware: 1, quick_setup: 1, time: 1, wireless: 1, schedule: 1, countdown: 1, antitheft: 1 },
  ...{ account: 1, synchronize: 1, sunrise_sunset: 1, led: 1, cloud_connect: 1 },
}
const COMMON: Components = {
  ...{ device: 2, firmware: 2, quick_setup: 3, time: 1, wireless: 1, schedule: 2, countdown: 2, antitheft: 1 },
  ...{ account: 1, synchronize: 1, sunrise_sunset: 1, cloud_connect: 1, iot_cloud: 1, device_local_time: 1 },
  ...{ default_states: 1 },
}
const PLUG: Components = { ...COMMON, led: 1, auto_off: 2 }
const ENERGY: Components = { energy_monitoring: 2, power_protection: 1 }
const LATER_ENERGY: Components = { ...ENERGY, charging_protection: 2, current_protection: 1, localSmart: 1 }
const STRIP: Components = { ...COMMON, led: 1, control_child: 2, child_device: 2, overheat_protection: 1 }
const STRIP_OUTLET: Components = { ...COMMON, overheat_protection: 1 }
const DIMMING: Components = { brightness: 1, preset: 1, on_off_gradually: 2, dimmer_calibration: 1 }
const METERED_STRIP: Components = { ...STRIP, ...LATER_ENERGY, auto_off: 2, matter: 2 }
const METERED_OUTLET: Components = { ...STRIP_OUTLET, ...LATER_ENERGY, auto_off: 2 }

export const SMART_PLUGS = {
  'P100(US)': {
    ...plug('SMART.TAPOPLUG', '1.0.0', '1.1.3 Build 20191017 Rel. 57937', OLDEST),
    batches: false,
  },
  'TP15(US)': plug('SMART.TAPOPLUG', '1.0', '1.0.3 Build 230112 Rel.124621', { ...PLUG, matter: 1 }),
  'P110(EU)': {
    ...plug('SMART.TAPOPLUG', '1.0', '1.3.1 Build 240621 Rel.162048', { ...PLUG, ...LATER_ENERGY }),
    emeter_data: true,
  },
  // Of 2021: no voltage, hours and days inside get_energy_usage.
  'P110(UK)': plug('SMART.TAPOPLUG', '1.0', '1.0.7 Build 210629 Rel.174901', {
    ...{ ...COMMON, led: 1 },
    energy_monitoring: 1,
  }),
  'P115(EU)': plug('SMART.TAPOPLUG', '1.0', '1.2.3 Build 230425 Rel.142542', { ...PLUG, ...ENERGY }),
  'KP125M(US)': plug('SMART.KASAPLUG', '1.0', '1.1.3 Build 230801 Rel.092557', { ...PLUG, ...ENERGY, matter: 2 }),
  'EP25(US) 2.6': {
    ...plug('SMART.KASAPLUG', '2.6', '1.0.1 Build 230614 Rel.150219', { ...PLUG, ...ENERGY, homekit: 2 }),
    model: 'EP25(US)',
  },
} satisfies Record<string, SmartPlugProfile>

export const SMART_SWITCHES = {
  'S500(EU)': plug('SMART.TAPOSWITCH', '1.0', '1.2.0 Build 231024 Rel.201030', { ...PLUG, delay_action: 2 }),
  'HS200(US) 5.26': {
    ...plug('SMART.KASASWITCH', '5.26', '1.0.3 Build 240723 Rel.192622', { ...PLUG, delay_action: 2, smart_switch: 1 }),
    model: 'HS200(US)',
  },
} satisfies Record<string, SmartPlugProfile>

export const SMART_STRIPS = {
  'P300(EU)': strip('1.0', '1.0.13 Build 230925 Rel.150200', 3, STRIP, STRIP_OUTLET),
  'P304M(UK)': strip('1.0', '1.0.3 Build 240605 Rel.091502', 4, METERED_STRIP, METERED_OUTLET),
  'P316M(US)': strip('1.6', '1.0.5 Build 240918 Rel.100411', 6, METERED_STRIP, METERED_OUTLET, { emeter_data: true }),
} satisfies Record<string, SmartStripProfile>

/** Switches with a brightness. */
export const SMART_DIMMERS = {
  'S505D(US)': plug('SMART.TAPOSWITCH', '1.0', '1.1.0 Build 231024 Rel.201030', {
    ...{ ...COMMON, led: 1, ...DIMMING, localSmart: 1, overheat_protection: 1, matter: 2 },
  }),
} satisfies Record<string, SmartPlugProfile>

/** Switches of several parts: a ceiling fan and its light. */
export const FAN_SWITCHES = {
  'KS240(US)': {
    device_type: 'SMART.KASASWITCH',
    hardware: '1.0',
    firmware: '1.0.4 Build 230721 Rel.184322',
    components: { ...STRIP, led: 2, localSmart: 1, ...DIMMING, fan_control: 1, homekit: 2 },
    outlets: [
      { category: 'kasa.switch.outlet.sub-dimmer', components: { ...STRIP_OUTLET, ...DIMMING } },
      { category: 'kasa.switch.outlet.sub-fan', components: { ...STRIP_OUTLET, fan_control: 1 } },
    ],
  },
} satisfies Record<string, SmartStripProfile>

export const SMART_BULBS = {
  'L510E(EU)': bulb('L510', '1.0.5 Build 230529 Rel.113426', 9, {}),
  'L530E(EU)': {
    ...bulb('L530', '1.0.6 Build 230509 Rel.195312', 9, {
      ...{ color: 1, color_temperature: 1, auto_light: 1, on_off_gradually: 1, light_effect: 1 },
    }),
    color_temp_k: [2500, 6500],
  },
} satisfies Record<string, SmartLightProfile>

export const SMART_LIGHT_STRIPS = {
  'L920-5(EU)': { ...lightStrip('L920', '1.0.7 Build 220119 Rel.221439'), color_temp_k: [9000, 9000] },
  'L930-5(EU)': { ...lightStrip('L930', '1.0.1 Build 230421 Rel.151416'), color_temp_k: [2500, 6500] },
} satisfies Record<string, SmartLightProfile>

export const HUBS = {
  'H100(EU)': {
    device_type: 'SMART.TAPOHUB',
    hardware: '1.0',
    firmware: '1.5.10 Build 240207 Rel.175759',
    components: {
      ...{ device: 2, firmware: 2, quick_setup: 3, inherit: 1, time: 1, wireless: 1, account: 1, synchronize: 1 },
      ...{ sunrise_sunset: 1, led: 1, cloud_connect: 1, iot_cloud: 1, child_device: 1, child_quick_setup: 1 },
      ...{ child_inherit: 1, control_child: 1, alarm: 1, device_load: 1, device_local_time: 1, alarm_logs: 1 },
    },
  },
} satisfies Record<string, SmartProfile>

function plug(device_type: string, hardware: string, firmware: string, components: Components): SmartPlugProfile {
  return { device_type, hardware, firmware, components }
}

function strip(
  hardware: string,
  firmware: string,
  count: number,
  components: Components,
  ofOutlets: Components,
  more: { readonly emeter_data?: boolean } = {},
): SmartStripProfile {
  const outlets = Array.from({ length: count }, () => {
    return { category: 'plug.powerstrip.sub-plug', components: ofOutlets, ...more }
  })
  return { device_type: 'SMART.TAPOPLUG', hardware, firmware, components, outlets }
}

function bulb(told_model: string, firmware: string, wattage_w: number, more: Components): SmartLightProfile {
  const components = { ...COMMON, inherit: 1, brightness: 1, preset: 1, bulb_quick_control: 1, ...more }
  return { device_type: 'SMART.TAPOBULB', hardware: '3.0', firmware, told_model, wattage_w, components }
}

function lightStrip(told_model: string, firmware: string): SmartLightProfile {
  const components = {
    ...{ ...COMMON, inherit: 1, light_strip: 1, light_strip_lighting_effect: 1, brightness: 1, preset: 3 },
    ...{ color: 1, color_temperature: 1, on_off_gradually: 1, music_rhythm: 2, segment: 1 },
  }
  return { device_type: 'SMART.TAPOBULB', hardware: '1.0', firmware, told_model, wattage_w: 12, components }
}
