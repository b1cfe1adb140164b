import type { StateKey } from '../known-device'

/** One entity that shows a value of the state. */
export interface SensorRow {
  /** Component id and end of the unique id, as the native integration names the same thing. */
  readonly key: string
  /** Exists where the device has ever told it; what every state has: always. */
  readonly reads: StateKey | 'last_seen'
  readonly platform: 'sensor' | 'binary_sensor'
  readonly name: string
  readonly device_class?: string
  readonly unit?: string
  readonly state_class?: 'measurement' | 'total' | 'total_increasing'
  readonly category?: 'diagnostic'
  readonly precision?: number
  readonly icon?: string
  /** A user has to enable it: it changes often, or few want it. */
  readonly disabled?: true
  /** Tells of a device that is offline, and so is there while the bridge is. */
  readonly outlasts?: true
}

type Row = Partial<SensorRow>

/** In the order in which a device's page is read. Names, classes and categories are those of the native integration. */
export const SENSORS: readonly SensorRow[] = [
  sensor('current_consumption', 'power_w', 'Current consumption', measured('power', 'W', 1)),
  sensor('voltage', 'voltage_v', 'Voltage', measured('voltage', 'V', 1)),
  sensor('current', 'current_a', 'Current', measured('current', 'A', 2)),
  // Ours beyond the native ones: the only counter that never begins anew, and so the one for the energy dashboard.
  sensor('lifetime_energy', 'energy_kwh', 'Lifetime energy', counted()),
  sensor('energy_cost', 'energy_cost', 'Energy cost', { device_class: 'monetary', state_class: 'total', precision: 2 }),
  sensor('consumption_today', 'energy_today_kwh', "Today's consumption", { ...counted(), ...diagnostic() }),
  sensor('consumption_this_month', 'energy_month_kwh', "This month's consumption", { ...counted(), ...diagnostic() }),
  sensor('consumption_total', 'energy_total_kwh', 'Total consumption', { ...counted(), ...diagnostic() }),

  sensor('temperature', 'temperature_c', 'Temperature', measured('temperature', '°C', 1)),
  sensor('target_temperature', 'target_temperature_c', 'Target temperature', measured('temperature', '°C', 1)),
  sensor('humidity', 'humidity_pct', 'Humidity', measured('humidity', '%', 0)),
  binary('motion_detected', 'motion', 'Motion', { device_class: 'motion' }),
  binary('is_open', 'contact_open', 'Door', { device_class: 'door' }),
  binary('water_alert', 'water_leak', 'Moisture', { device_class: 'moisture' }),

  sensor('battery_level', 'battery_pct', 'Battery', { ...measured('battery', '%', 0), ...diagnostic() }),
  binary('battery_low', 'battery_low', 'Battery low', { device_class: 'battery', ...diagnostic() }),
  binary('overheated', 'overheated', 'Overheated', { device_class: 'problem', ...diagnostic() }),
  binary('overloaded', 'overloaded', 'Overloaded', { device_class: 'problem', ...diagnostic() }),
  binary('cloud_connection', 'cloud_connected', 'Cloud connection', { device_class: 'connectivity', ...diagnostic() }),
  sensor('auto_off_at', 'auto_off_at', 'Auto-off at', { device_class: 'timestamp', ...diagnostic() }),
  sensor('on_since', 'on_since', 'On since', {
    device_class: 'timestamp',
    icon: 'mdi:clock',
    ...diagnostic(),
    disabled: true,
  }),
  sensor('signal_level', 'signal_level', 'Signal level', {
    state_class: 'measurement',
    icon: 'mdi:signal',
    ...diagnostic(),
  }),
  sensor('rssi', 'rssi_dbm', 'Signal strength', {
    ...measured('signal_strength', 'dBm', 0),
    ...diagnostic(),
    disabled: true,
  }),
  sensor('ssid', 'ssid', 'SSID', { icon: 'mdi:wifi', ...diagnostic(), disabled: true }),
  sensor('poll_latency', 'latency_ms', 'Poll latency', {
    ...measured('duration', 'ms', 0),
    ...diagnostic(),
    disabled: true,
  }),
  sensor('last_seen', 'last_seen', 'Last seen', { device_class: 'timestamp', ...ofOffline() }),
  sensor('offline_reason', 'offline_reason', 'Offline reason', { icon: 'mdi:lan-disconnect', ...ofOffline() }),
]

function sensor(key: string, reads: SensorRow['reads'], name: string, more: Row): SensorRow {
  return { key, reads, platform: 'sensor', name, ...more }
}

function binary(key: string, reads: SensorRow['reads'], name: string, more: Row): SensorRow {
  return { key, reads, platform: 'binary_sensor', name, ...more }
}

function measured(device_class: string, unit: string, precision: number): Row {
  return { device_class, unit, state_class: 'measurement', precision }
}

function counted(): Row {
  return { device_class: 'energy', unit: 'kWh', state_class: 'total_increasing', precision: 3 }
}

function diagnostic(): Row {
  return { category: 'diagnostic' }
}

function ofOffline(): Row {
  return { ...diagnostic(), disabled: true, outlasts: true }
}
