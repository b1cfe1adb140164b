import { NO_MAC, type Expected, type Measured } from './recordings'

export interface ExpectedIot extends Expected {
  /** Where it is not the usual one. */
  readonly device_id?: string
  /** Of each outlet in order; of strips alone. */
  readonly outlets?: readonly Measured[]
}

const SWITCHED = 'relay,led,countdown'
const METERED = 'relay,energy,recorded-energy,led,countdown'
const DIMMED = 'relay,brightness,led,countdown'
const COLORED = 'relay,energy,recorded-energy,brightness,color,color-temperature'
const HS300_OUTLET = { on: true, power_w: 0.277, voltage_v: 120.11, current_a: 0.006, energy_total_kwh: 0.062 }

/** Taken by hand from the recordings. */
export const IOT: Readonly<Record<string, ExpectedIot>> = {
  'EP25(US)_1.0_1.0.14': {
    kind: 'plug',
    model: 'EP25(US)',
    features: METERED,
    mac: 'AC:15:A2:00:00:00',
    reading: { on: true, rssi_dbm: -37, power_w: 0, voltage_v: 125.403, current_a: 0, energy_total_kwh: 0.05 },
  },
  'EP40(US)_1.0_1.0.2': {
    kind: 'strip',
    model: 'EP40(US)',
    features: 'relay,led',
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -47 },
    outlets: [{ on: false }, { on: false }],
  },
  'ES20M(US)_1.0_1.0.11': {
    kind: 'dimmer',
    model: 'ES20M(US)',
    features: `${DIMMED},motion-sensor`,
    mac: '28:87:BA:00:00:00',
    reading: { on: false, brightness_pct: 100, rssi_dbm: -57 },
  },
  'HS100(UK)_1.0_1.2.6': {
    kind: 'plug',
    model: 'HS100(UK)',
    features: SWITCHED,
    mac: '70:4F:57:00:00:00',
    reading: { on: false, rssi_dbm: -59 },
  },
  'HS100(UK)_4.1_1.1.0': {
    kind: 'plug',
    model: 'HS100(UK)',
    features: SWITCHED,
    mac: 'CC:32:E5:00:00:00',
    reading: { on: false, rssi_dbm: -43 },
  },
  'HS103(US)_2.1_1.1.4': {
    kind: 'plug',
    model: 'HS103(US)',
    features: SWITCHED,
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -48 },
  },
  'HS110(EU)_1.0_1.2.5': {
    kind: 'plug',
    model: 'HS110(EU)',
    features: METERED,
    mac: '50:C7:BF:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -71,
      power_w: 0.928511,
      voltage_v: 231.067823,
      current_a: 0.014937,
      energy_total_kwh: 55.139,
    },
  },
  'HS110(EU)_4.0_1.0.4': {
    kind: 'plug',
    model: 'HS110(EU)',
    features: METERED,
    mac: 'B0:95:75:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -60,
      power_w: 61.753,
      voltage_v: 230.837,
      current_a: 0.451,
      energy_total_kwh: 16.323,
    },
  },
  'HS200(US)_5.0_1.0.11': {
    kind: 'switch',
    model: 'HS200(US)',
    features: SWITCHED,
    mac: '28:87:BA:00:00:00',
    reading: { on: false, rssi_dbm: -41 },
  },
  'HS220(US)_1.0_1.5.7': {
    kind: 'dimmer',
    model: 'HS220(US)',
    features: DIMMED,
    mac: NO_MAC,
    device_id: '0'.repeat(39),
    reading: { on: false, brightness_pct: 25, rssi_dbm: -35 },
  },
  'HS300(US)_2.0_1.0.12': {
    kind: 'strip',
    model: 'HS300(US)',
    features: 'relay,energy,led',
    mac: 'C0:06:C3:00:00:00',
    // Sums and the mean of the six outlets.
    reading: { on: true, rssi_dbm: -44, power_w: 1.662, voltage_v: 120.11, current_a: 0.036, energy_total_kwh: 0.372 },
    outlets: [HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET, HS300_OUTLET],
  },
  'KL110(US)_1.0_1.8.11': {
    kind: 'bulb',
    model: 'KL110(US)',
    features: 'relay,energy,recorded-energy,brightness,light-preset',
    mac: NO_MAC,
    // Off: 95 % is what it would shine with.
    reading: { on: false, rssi_dbm: -64, power_w: 0 },
  },
  'KL130(EU)_1.0_1.8.8': {
    kind: 'bulb',
    model: 'KL130(EU)',
    features: `${COLORED},light-preset`,
    mac: '1C:3B:F3:00:00:00',
    reading: {
      on: true,
      brightness_pct: 100,
      color_temp_k: 2700,
      hue_deg: 0,
      saturation_pct: 0,
      rssi_dbm: -60,
      power_w: 10.8,
    },
  },
  'KL430(US)_1.0_1.0.10': {
    kind: 'light-strip',
    model: 'KL430(US)',
    features: `${COLORED},effect,light-preset`,
    mac: 'CC:32:E5:00:00:00',
    // 0 V and 0 A are no measurements.
    reading: {
      on: true,
      brightness_pct: 15,
      color_temp_k: 2500,
      hue_deg: 0,
      saturation_pct: 0,
      rssi_dbm: -44,
      power_w: 2.725,
      energy_total_kwh: 1.193,
    },
  },
  'KL50(US)_1.0_1.1.13': {
    kind: 'bulb',
    model: 'KL50(US)',
    features: 'relay,energy,recorded-energy,brightness,light-preset',
    mac: NO_MAC,
    reading: { on: true, brightness_pct: 12, rssi_dbm: -68, power_w: 0.998, energy_total_kwh: 0.001 },
  },
  'KP115(EU)_1.0_1.0.16': {
    kind: 'plug',
    model: 'KP115(EU)',
    features: METERED,
    mac: 'C0:06:C3:00:00:00',
    reading: {
      on: true,
      rssi_dbm: -49,
      power_w: 63.499,
      voltage_v: 230.577,
      current_a: 0.296,
      energy_total_kwh: 12.068,
    },
  },
  'KP125(US)_1.0_1.0.6': {
    kind: 'plug',
    model: 'KP125(US)',
    features: METERED,
    mac: NO_MAC,
    reading: {
      on: true,
      rssi_dbm: -41,
      power_w: 100.277,
      voltage_v: 119.425,
      current_a: 0.978,
      energy_total_kwh: 12.17,
    },
  },
  'KP303(UK)_1.0_1.0.3': {
    kind: 'strip',
    model: 'KP303(UK)',
    features: 'relay,led',
    mac: '1C:3B:F3:00:00:00',
    reading: { on: true, rssi_dbm: -68 },
    outlets: [{ on: true }, { on: false }, { on: false }],
  },
  'KP405(US)_1.0_1.0.5': {
    kind: 'dimmer',
    model: 'KP405(US)',
    features: DIMMED,
    mac: NO_MAC,
    reading: { on: false, brightness_pct: 50, rssi_dbm: -64 },
  },
  'KS200M(US)_1.0_1.0.8': {
    kind: 'switch',
    model: 'KS200M(US)',
    features: `${SWITCHED},motion-sensor`,
    mac: NO_MAC,
    reading: { on: false, rssi_dbm: -66 },
  },
}
