import { NO_MAC, type Expected } from './recordings'

export interface ExpectedHost extends Expected {
  /** Of each child in the order of their places. */
  readonly children?: readonly (Expected & { readonly number: number })[]
}

const WELL = { overheated: false, overloaded: false }

const P300_OUTLET = {
  kind: 'outlet',
  model: 'P300',
  features: 'relay,countdown',
  mac: '78:8C:B5:00:00:00',
  reading: { on: false, overheated: false },
} as const
const P304M_OUTLET = {
  kind: 'outlet',
  model: 'P304M',
  features: 'relay,energy,countdown,auto-off,recorded-energy,power-protection',
  mac: 'A8:6E:84:00:00:00',
} as const
const OFF_WITHOUT_USE = { ...WELL, on: false, power_w: 0, energy_today_kwh: 0 }

/** Taken by hand from the recordings. */
export const HOSTS: Readonly<Record<string, ExpectedHost>> = {
  'EP25(US)_2.6_1.0.1': {
    kind: 'plug',
    model: 'EP25',
    features: 'relay,energy,led,countdown,auto-off,recorded-energy,power-protection,auto-update',
    mac: NO_MAC,
    reading: { ...WELL, on: true, rssi_dbm: -51, power_w: 0, energy_today_kwh: 0, energy_month_kwh: 0 },
  },
  'H100(EU)_1.0_1.2.3': {
    kind: 'hub',
    model: 'H100(EU)',
    features: 'led,auto-update',
    mac: '3C:52:A1:00:00:00',
    reading: { rssi_dbm: -30, overheated: false },
  },
  'HS200(US)_5.26_1.0.3': {
    kind: 'switch',
    model: 'HS200',
    features: 'relay,led,countdown,auto-off,auto-update',
    mac: '74:FE:CE:00:00:00',
    reading: { on: false, rssi_dbm: -56, overheated: false },
  },
  'KP125M(US)_1.0_1.1.3': {
    kind: 'plug',
    model: 'KP125M',
    features: 'relay,energy,led,countdown,auto-off,recorded-energy,power-protection,auto-update',
    mac: NO_MAC,
    reading: { ...WELL, on: true, rssi_dbm: -62, power_w: 17.654, energy_today_kwh: 0.513, energy_month_kwh: 1.02 },
  },
  'KS240(US)_1.0_1.0.4': {
    kind: 'switch',
    model: 'KS240',
    features: 'led,auto-update',
    mac: 'F0:A7:31:00:00:00',
    reading: { on: true, rssi_dbm: -37 },
    children: [
      {
        number: 2,
        kind: 'fan',
        model: 'KS240',
        features: 'relay,countdown',
        mac: 'F0:A7:31:00:00:00',
        reading: { on: true, overheated: false },
      },
      {
        number: 1,
        kind: 'dimmer',
        model: 'KS240',
        features: 'relay,brightness,countdown,smooth-on-off,light-preset',
        mac: 'F0:A7:31:00:00:00',
        reading: { on: true, brightness_pct: 44, overheated: false },
      },
    ],
  },
  'L510E(US)_3.0_1.0.5': {
    kind: 'bulb',
    model: 'L510',
    features: 'relay,brightness,countdown,light-preset,auto-update',
    mac: '3C:52:A1:00:00:00',
    reading: { on: true, brightness_pct: 100, rssi_dbm: -65, overheated: false },
  },
  'L530E(EU)_3.0_1.0.6': {
    kind: 'bulb',
    model: 'L530',
    features: 'relay,brightness,color,color-temperature,countdown,effect,smooth-transitions,light-preset,auto-update',
    mac: '5C:E9:31:00:00:00',
    reading: {
      on: true,
      brightness_pct: 100,
      color_temp_k: 6500,
      hue_deg: 9,
      saturation_pct: 67,
      rssi_dbm: -48,
      overheated: false,
    },
  },
  'L920-5(EU)_1.0_1.0.7': {
    kind: 'light-strip',
    model: 'L920',
    // It has the part for colour temperatures, and a range from 9000 to 9000 K.
    features: 'relay,brightness,color,countdown,effect,smooth-transitions,light-preset',
    mac: '1C:61:B4:00:00:00',
    reading: {
      on: true,
      brightness_pct: 100,
      color_temp_k: 9000,
      hue_deg: 0,
      saturation_pct: 100,
      rssi_dbm: -46,
      overheated: false,
    },
  },
  'P100(US)_1.0.0_1.1.3': {
    kind: 'plug',
    model: 'P100(US)',
    features: 'relay,led,countdown',
    mac: '1C:3B:F3:00:00:00',
    reading: { on: true, overheated: false },
  },
  'P110(AU)_1.0_1.3.1': {
    kind: 'plug',
    model: 'P110',
    features: 'relay,energy,led,countdown,auto-off,recorded-energy,power-protection,auto-update',
    mac: '9C:53:22:00:00:00',
    reading: {
      ...WELL,
      on: false,
      rssi_dbm: -53,
      power_w: 0,
      voltage_v: 238.609,
      current_a: 0,
      energy_today_kwh: 0,
      energy_month_kwh: 0.004,
    },
  },
  'P110(EU)_1.0_1.0.7': {
    kind: 'plug',
    model: 'P110',
    features: 'relay,energy,led,countdown,auto-update',
    mac: '34:60:F9:00:00:00',
    reading: { on: false, rssi_dbm: -55, overheated: false, power_w: 0, energy_today_kwh: 0, energy_month_kwh: 0 },
  },
  'P115(EU)_1.0_1.2.3': {
    kind: 'plug',
    model: 'P115',
    features: 'relay,energy,led,countdown,auto-off,recorded-energy,power-protection,auto-update',
    mac: 'A8:42:A1:00:00:00',
    reading: { ...WELL, on: true, rssi_dbm: -45, power_w: 8.962, energy_today_kwh: 0, energy_month_kwh: 0 },
  },
  'P300(EU)_1.0_1.0.13': {
    kind: 'strip',
    model: 'P300',
    features: 'relay,led,auto-update',
    mac: '78:8C:B5:00:00:00',
    reading: { on: false, rssi_dbm: -62 },
    children: [3, 2, 1].map((number) => ({ ...P300_OUTLET, number })),
  },
  'P304M(UK)_1.0_1.0.3': {
    kind: 'strip',
    model: 'P304M',
    features: 'relay,energy,led,auto-update',
    mac: 'A8:6E:84:00:00:00',
    // Sums of the four outlets.
    reading: { on: false, rssi_dbm: -44, power_w: 0, energy_today_kwh: 0, energy_month_kwh: 0.038 },
    children: [0.014, 0, 0, 0.024].map((energy_month_kwh, index) => ({
      ...P304M_OUTLET,
      number: index + 1,
      reading: { ...OFF_WITHOUT_USE, energy_month_kwh },
    })),
  },
  'S505D(US)_1.0_1.1.0': {
    kind: 'dimmer',
    model: 'S505D',
    features: 'relay,brightness,led,countdown,smooth-on-off,light-preset,auto-update',
    mac: '48:22:54:00:00:00',
    reading: { on: false, brightness_pct: 100, rssi_dbm: -39, overheated: false },
  },
  'TP15(US)_1.0_1.0.3': {
    kind: 'plug',
    model: 'TP15',
    features: 'relay,led,countdown,auto-off,auto-update',
    mac: '5C:62:8B:00:00:00',
    reading: { on: true, rssi_dbm: -53, overheated: false },
  },
}

const CHARGED = { battery_low: false, battery_pct: 100 }

/** Children of a hub, taken by hand from the recordings. */
export const CHILDREN: Readonly<Record<string, Expected>> = {
  'KE100(EU)_1.0_2.4.0': {
    kind: 'valve',
    model: 'KE100(EU)',
    features: 'child-lock',
    mac: 'A8:42:A1:00:00:00',
    reading: { ...CHARGED, temperature_c: 22.9, target_temperature_c: 23, rssi_dbm: -7 },
  },
  'KE100(EU)_1.0_2.8.0': {
    kind: 'valve',
    model: 'KE100(EU)',
    features: 'child-lock',
    mac: 'F0:A7:31:00:00:00',
    reading: { ...CHARGED, temperature_c: 19.2, target_temperature_c: 21, rssi_dbm: -73 },
  },
  'KE100(UK)_1.0_2.8.0': {
    kind: 'valve',
    model: 'KE100(UK)',
    features: 'child-lock',
    mac: 'F0:A7:31:00:00:00',
    reading: { ...CHARGED, temperature_c: 20.1, target_temperature_c: 21, rssi_dbm: -45 },
  },
  'T100(EU)_1.0_1.12.0': {
    kind: 'sensor',
    model: 'T100(EU)',
    features: 'motion',
    mac: 'E4:FA:C4:00:00:00',
    reading: { motion: false, battery_low: false, rssi_dbm: -73 },
  },
  'T100(US)_1.0_1.12.0': {
    kind: 'sensor',
    model: 'T100(US)',
    features: 'motion',
    mac: 'E4:FA:C4:00:00:00',
    reading: { motion: true, battery_low: false, rssi_dbm: -59 },
  },
  'T110(EU)_1.0_1.8.0': {
    kind: 'sensor',
    model: 'T110(EU)',
    features: '',
    mac: 'E4:FA:C4:00:00:00',
    reading: { contact_open: false, battery_low: false, rssi_dbm: -54 },
  },
  'T110(EU)_1.0_1.9.0': {
    kind: 'sensor',
    model: 'T110(EU)',
    features: '',
    mac: '74:FE:CE:00:00:00',
    reading: { contact_open: false, battery_low: false, rssi_dbm: -20 },
  },
  'T110(US)_1.0_1.9.0': {
    kind: 'sensor',
    model: 'T110(US)',
    features: '',
    mac: 'A8:6E:84:00:00:00',
    reading: { contact_open: false, battery_low: false, rssi_dbm: -56 },
  },
  'T315(EU)_1.0_1.7.0': {
    kind: 'sensor',
    model: 'T315(EU)',
    features: '',
    mac: 'F0:A7:31:00:00:00',
    reading: { ...CHARGED, temperature_c: 21.4, humidity_pct: 61, rssi_dbm: -56 },
  },
  'T315(US)_1.0_1.8.0': {
    kind: 'sensor',
    model: 'T315(US)',
    features: '',
    mac: '20:23:51:00:00:00',
    reading: { ...CHARGED, temperature_c: 21.5, humidity_pct: 51, rssi_dbm: -44 },
  },
}
