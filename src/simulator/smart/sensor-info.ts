import type { Json } from '../answer'
import type { SensorState } from '../models/sensor-catalogue'

export type TemperatureUnit = 'celsius' | 'fahrenheit'

/** How `get_device_info` writes one part of a sensor's state. */
export function told(key: keyof SensorState, state: SensorState, unit: TemperatureUnit): Json {
  switch (key) {
    case 'temperature_c':
      return { current_temp: degrees(state.temperature_c, unit), temp_unit: unit }
    case 'target_temperature_c': {
      const trv_states = state.target_temperature_c > state.temperature_c ? ['heating'] : []
      return { target_temp: degrees(state.target_temperature_c, unit), trv_states }
    }
    case 'humidity_pct':
      return { current_humidity: Math.round(state.humidity_pct) }
    case 'battery_pct':
      return { battery_percentage: Math.round(state.battery_pct) }
    case 'battery_low':
      return { at_low_battery: state.battery_low }
    case 'motion':
      return { detected: state.motion }
    case 'contact_open':
      return { open: state.contact_open }
    case 'water_leak':
      return { water_leak_status: state.water_leak ? 'water_leak' : 'normal', in_alarm: state.water_leak }
    case 'online':
      return { status: state.online ? 'online' : 'offline' }
  }
}

/** What a change of state leaves in the sensor's log. */
export function eventsOf(before: SensorState, change: Partial<SensorState>): string[] {
  const { motion, contact_open, water_leak } = change
  const events: string[] = []
  if (motion === true && !before.motion) events.push('motion')
  if (contact_open !== undefined && contact_open !== before.contact_open) events.push(contact_open ? 'open' : 'close')
  if (water_leak !== undefined && water_leak !== before.water_leak) events.push(water_leak ? 'waterLeak' : 'waterDry')
  return events
}

export function celsius(degrees: number, unit: TemperatureUnit): number {
  return unit === 'celsius' ? degrees : (degrees - 32) / 1.8
}

function degrees(temperature_c: number, unit: TemperatureUnit): number {
  const exact = unit === 'celsius' ? temperature_c : temperature_c * 1.8 + 32
  return Math.round(exact * 10) / 10
}
