import type { EnergyUnits } from '../modules/emeter'

/** The models that the simulator knows, with what their replies show of them. */
interface Profile {
  readonly hardware: string
  readonly firmware: string
  readonly description: string
}

export interface PlugProfile extends Profile {
  readonly energy?: EnergyUnits
  /** Devices of 2014 to 2017 name a few keys otherwise. */
  readonly first_generation?: true
  readonly motion_sensor?: true
}

export interface StripProfile extends Profile {
  readonly outlets: number
  readonly energy?: EnergyUnits
}

export interface LightProfile extends Profile {
  readonly energy: EnergyUnits
  readonly wattage_w: number
  readonly color: boolean
  /** Absent: one white only. */
  readonly color_temp_k?: readonly [minimum: number, maximum: number]
  /** Light strips: how many zones. */
  readonly length?: number
}

export const PLUGS = {
  'HS100(UK)': plug('1.0', '1.2.6 Build 200727 Rel.120236', 'Wi-Fi Smart Plug', { first_generation: true }),
  'HS103(US)': plug('2.1', '1.1.4 Build 210409 Rel.113427', 'Smart Wi-Fi Plug Lite'),
  'HS110(EU)': plug('1.0', '1.2.5 Build 171213 Rel.101523', 'Wi-Fi Smart Plug With Energy Monitoring', {
    energy: 'units',
    first_generation: true,
  }),
  'KP115(EU)': plug('1.0', '1.0.16 Build 210205 Rel.163735', 'Smart Wi-Fi Plug Mini', { energy: 'milli-units' }),
  'KP125(US)': plug('1.0', '1.0.6 Build 210928 Rel.185924', 'Smart Wi-Fi Plug Mini', { energy: 'milli-units' }),
  'EP25(US)': plug('1.0', '1.0.14 Build 240424 Rel.094105', 'Smart Wi-Fi Plug Mini', { energy: 'milli-units' }),
} satisfies Record<string, PlugProfile>

export const SWITCHES = {
  'HS200(US)': plug('5.0', '1.0.11 Build 230908 Rel.160526', 'Smart Wi-Fi Light Switch'),
  'KS200M(US)': plug('1.0', '1.0.8 Build 211201 Rel.125056', 'Smart Light Switch with PIR', { motion_sensor: true }),
} satisfies Record<string, PlugProfile>

export const DIMMERS = {
  'ES20M(US)': plug('1.0', '1.0.11 Build 240514 Rel.110351', 'Wi-Fi Smart Dimmer with sensor', { motion_sensor: true }),
  'HS220(US)': plug('1.0', '1.5.7 Build 180912 Rel.104837', 'Smart Wi-Fi Dimmer'),
  'KP405(US)': plug('1.0', '1.0.5 Build 221108 Rel.181739', 'Kasa Smart Wi-Fi Outdoor Plug-In Dimmer'),
} satisfies Record<string, PlugProfile>

export const STRIPS = {
  'HS300(US)': {
    hardware: '2.0',
    firmware: '1.0.12 Build 220121 Rel.175814',
    description: '',
    outlets: 6,
    energy: 'milli-units',
  },
  'KP303(UK)': { hardware: '1.0', firmware: '1.0.3 Build 191105 Rel.113122', description: '', outlets: 3 },
  'EP40(US)': { hardware: '1.0', firmware: '1.0.2 Build 210105 Rel.165938', description: '', outlets: 2 },
} satisfies Record<string, StripProfile>

export const BULBS = {
  'KL110(US)': {
    hardware: '1.0',
    firmware: '1.8.11 Build 191113 Rel.105336',
    description: 'Smart Wi-Fi LED Bulb with Dimmable Light',
    energy: 'power-only',
    wattage_w: 10,
    color: false,
  },
  'KL130(EU)': {
    hardware: '1.0',
    firmware: '1.8.8 Build 190613 Rel.123436',
    description: 'Smart Wi-Fi LED Bulb with Color Changing',
    energy: 'power-only',
    wattage_w: 10,
    color: true,
    color_temp_k: [2500, 9000],
  },
  'KL50(US)': {
    hardware: '1.0',
    firmware: '1.1.13 Build 210524 Rel.082619',
    description: 'Kasa Smart Edison Bulb, Dimmable',
    energy: 'no-voltage',
    wattage_w: 7,
    color: false,
  },
} satisfies Record<string, LightProfile>

export const LIGHT_STRIPS = {
  'KL430(US)': {
    hardware: '1.0',
    firmware: '1.0.10 Build 200522 Rel.104340',
    description: 'Kasa Smart Light Strip, Multicolor',
    energy: 'no-voltage',
    wattage_w: 18,
    color: true,
    color_temp_k: [2500, 9000],
    length: 16,
  },
} satisfies Record<string, LightProfile>

function plug(
  hardware: string,
  firmware: string,
  description: string,
  more: Pick<PlugProfile, 'energy' | 'first_generation' | 'motion_sensor'> = {},
): PlugProfile {
  return { hardware, firmware, description, ...more }
}
