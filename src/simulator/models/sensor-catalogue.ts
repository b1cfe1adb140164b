import type { Json } from '../answer'
import type { Components } from '../smart/unit'

/** What a sensor or a valve can be set to by whoever simulates it, in the vocabulary of readings. */
export interface SensorState {
  temperature_c: number
  humidity_pct: number
  target_temperature_c: number
  battery_pct: number
  battery_low: boolean
  motion: boolean
  contact_open: boolean
  water_leak: boolean
  /** Whether its hub hears it. */
  online: boolean
}

export interface SensorProfile {
  readonly device_type: string
  readonly hardware: string
  readonly firmware: string
  readonly category: string
  readonly components: Components
  /** What it knows of its state, beside `online` and `battery_low`. */
  readonly state: readonly (keyof SensorState)[]
  /** Further keys of its `get_device_info`. */
  readonly info?: Json
}

const COMMON: Components = {
  ...{ device: 2, quick_setup: 3, time: 1, device_local_time: 1, account: 1, synchronize: 1, cloud_connect: 1 },
  ...{ iot_cloud: 1, firmware: 1, localSmart: 1, battery_detect: 1 },
}
const TRIGGER: Components = { ...COMMON, trigger_log: 1 }
const CLIMATE: Components = {
  ...{ ...TRIGGER, temperature: 1, humidity: 1, temp_humidity_record: 1 },
  ...{ comfort_temperature: 1, comfort_humidity: 1, report_mode: 1 },
}
const VALVE: Components = {
  ...{ ...COMMON, schedule: 2, countdown: 2, sunrise_sunset: 1, frost_protection: 1, child_protection: 1 },
  ...{ temperature: 1, temp_control: 1, shutdown_mode: 1, temperature_correction: 1, window_open_detect: 2 },
}
const REPORTS: Json = { report_interval: 16, status_follow_edge: false }
const COMFORTABLE: Json = { ...REPORTS, current_temp_exception: 0, current_humidity_exception: 0 }

export const SENSORS = {
  'T100(EU)': sensor('motion-sensor', '1.12.0 Build 230512 Rel.103011', { ...TRIGGER, sensitivity: 1 }, ['motion']),
  'T110(EU)': sensor('contact-sensor', '1.9.0 Build 230704 Rel.154531', TRIGGER, ['contact_open']),
  'T300(EU)': sensor('water-leak-sensor', '1.7.0 Build 230713 Rel.104105', { ...TRIGGER, sensor_alarm: 1 }, [
    'water_leak',
  ]),
  'T310(EU)': climate('1.5.0 Build 230105 Rel.180832'),
  'T315(EU)': climate('1.7.0 Build 230424 Rel.170332'),
  'S200B(EU)': sensor('button', '1.11.0 Build 230821 Rel.113553', { ...TRIGGER, double_click: 1 }, []),
  'KE100(EU)': {
    device_type: 'SMART.KASAENERGY',
    hardware: '1.0',
    firmware: '2.8.0 Build 240202 Rel.135229',
    category: 'subg.trv',
    components: VALVE,
    state: ['temperature_c', 'target_temperature_c', 'battery_pct'],
    info: {
      min_control_temp: 5,
      max_control_temp: 30,
      temp_offset: 0,
      frost_protection_on: false,
      location: '',
    },
  },
} satisfies Record<string, SensorProfile>

function climate(firmware: string): SensorProfile {
  const state = ['temperature_c', 'humidity_pct', 'battery_pct'] as const
  return { ...sensor('temp-hmdt-sensor', firmware, CLIMATE, state), info: COMFORTABLE }
}

function sensor(kind: string, firmware: string, components: Components, state: SensorProfile['state']): SensorProfile {
  const category = `subg.trigger.${kind}`
  return { device_type: 'SMART.TAPOSENSOR', hardware: '1.0', firmware, category, components, state, info: REPORTS }
}
