import type { Reading } from '../../domain/reading'
import type { FleetDevice } from '../../polling/fleet-device'
import { counter, gauge, type Group, oneIf, ratio, seconds } from '../family'

type KeysOf<Type> = { [Key in keyof Reading]-?: Reading[Key] extends Type | undefined ? Key : never }[keyof Reading]

const number = (key: KeysOf<number>) => (device: FleetDevice) => device.reading?.[key]
const percent = (key: KeysOf<number>) => (device: FleetDevice) => ratio(device.reading?.[key])
const truth = (key: KeysOf<boolean>) => (device: FleetDevice) => oneIf(device.reading?.[key])

/** As it is now: a device that is away measures nothing. */
export const DEVICE_NOW: Group<FleetDevice> = {
  title: 'Devices, while they are online',
  labels: ['fleet', 'device_id', 'alias', 'model', 'parent_id'],
  families: {
    kasa_device_on: gauge('1 where it is switched on', truth('on')),
    kasa_device_power_watts: gauge('Power; below 0 where it feeds in', number('power_w')),
    kasa_device_voltage_volts: gauge('Voltage', number('voltage_v')),
    kasa_device_current_amperes: gauge('Current', number('current_a')),
    kasa_device_brightness_ratio: gauge('Brightness of a light, 0 to 1', percent('brightness_pct')),
    kasa_device_color_temperature_kelvin: gauge('Colour temperature of a light', number('color_temp_k')),
    kasa_device_temperature_celsius: gauge('Temperature', number('temperature_c')),
    kasa_device_target_temperature_celsius: gauge('What a valve is set to', number('target_temperature_c')),
    kasa_device_humidity_ratio: gauge('Relative humidity, 0 to 1', percent('humidity_pct')),
    kasa_device_battery_ratio: gauge('Charge of its battery, 0 to 1', percent('battery_pct')),
    kasa_device_battery_low: gauge('1 where its battery is low', truth('battery_low')),
    kasa_device_overheated: gauge('1 where it is overheated', truth('overheated')),
    kasa_device_overloaded: gauge('1 where it is overloaded', truth('overloaded')),
    kasa_device_motion: gauge('1 where it sees motion', truth('motion')),
    kasa_device_contact_open: gauge('1 where the door or window is open', truth('contact_open')),
    kasa_device_water_leak: gauge('1 where it reports water', truth('water_leak')),
    kasa_device_signal_dbm: gauge('Strength of its radio signal', number('rssi_dbm')),
    kasa_device_poll_duration_seconds: gauge('How long its last poll took', ({ reading }) =>
      seconds(reading?.latency_ms),
    ),
  },
}

/** Whether it is there or not. */
export const DEVICE: Group<FleetDevice> = {
  title: 'Devices',
  labels: DEVICE_NOW.labels,
  families: {
    kasa_device_online: gauge(
      '1 where it answers, 0 where it does not; absent before the first answer or failure',
      (device) => (device.state === 'unknown' ? undefined : oneIf(device.state === 'online')),
    ),
    kasa_device_energy_kilowatthours_total: counter(
      'Energy used since the pack knows it; never falls, over restarts and resets of the device too',
      number('energy_kwh'),
    ),
    kasa_device_last_reading_timestamp_seconds: gauge('When its last reading came, since the epoch', ({ reading }) =>
      seconds(reading?.timestamp),
    ),
    kasa_device_poll_interval_seconds: gauge(
      'How long after a poll its rule asks for the next one, before budget and slowdown',
      ({ interval_ms }) => seconds(interval_ms),
    ),
    kasa_device_info: gauge(
      '1, with what may change about a device',
      ({ host, device }) => {
        if (device === undefined) return undefined
        const { kind, integration, mac = '', firmware = '', hardware = '' } = device
        return [{ labels: { host, kind, integration, mac, firmware, hardware }, value: 1 }]
      },
      ...['host', 'kind', 'integration', 'mac', 'firmware', 'hardware'],
    ),
  },
}
