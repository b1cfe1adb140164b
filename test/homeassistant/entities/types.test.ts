import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { DeviceFeature } from '../../../src/domain/device'
import type { StateKey } from '../../../src/homeassistant/known-device'
import { componentsOf } from '../../../src/homeassistant/entities/components'
import { context, knownDevice, type GivenDevice } from '../../support/known-devices'

/** Each entity by hand: component, platform, name, device class, unit, state class, category, decimals, and whether it is off. */
const LED = 'led switch "LED" - - - config'
const RESTART = 'reboot button "Restart" restart - - config off'
const RSSI = 'rssi sensor "Signal strength" signal_strength dBm measurement diagnostic .0 off'
const CLOUD = 'cloud_connection binary_sensor "Cloud connection" connectivity - - diagnostic'
const ON_SINCE = 'on_since sensor "On since" timestamp - - diagnostic off'
const SIGNAL_LEVEL = 'signal_level sensor "Signal level" - - measurement diagnostic'
const SSID = 'ssid sensor "SSID" - - - diagnostic off'
const LATENCY = 'poll_latency sensor "Poll latency" duration ms measurement diagnostic .0 off'
const ALWAYS = [
  'last_seen sensor "Last seen" timestamp - - diagnostic off',
  'offline_reason sensor "Offline reason" - - - diagnostic off',
]
const POWER = 'current_consumption sensor "Current consumption" power W measurement - .1'
const VOLTAGE = 'voltage sensor "Voltage" voltage V measurement - .1'
const CURRENT = 'current sensor "Current" current A measurement - .2'
const LIFETIME = 'lifetime_energy sensor "Lifetime energy" energy kWh total_increasing - .3'
const TODAY = 'consumption_today sensor "Today\'s consumption" energy kWh total_increasing diagnostic .3'
const MONTH = 'consumption_this_month sensor "This month\'s consumption" energy kWh total_increasing diagnostic .3'
const TOTAL = 'consumption_total sensor "Total consumption" energy kWh total_increasing diagnostic .3'
const OVERHEATED = 'overheated binary_sensor "Overheated" problem - - diagnostic'
const OVERLOADED = 'overloaded binary_sensor "Overloaded" problem - - diagnostic'
const AUTO_OFF = 'auto_off_minutes number "Turn off in" - min - config'
const AUTO_OFF_AT = 'auto_off_at sensor "Auto-off at" timestamp - - diagnostic'
const CHILD_LOCK = 'child_lock switch "Child lock" - - - config'
const BATTERY = 'battery_level sensor "Battery" battery % measurement diagnostic .0'
const BATTERY_LOW = 'battery_low binary_sensor "Battery low" battery - - diagnostic'
const LIGHT = 'light light null - - - -'

const METER: StateKey[] = ['power_w', 'voltage_v', 'current_a', 'energy_kwh', 'energy_total_kwh']
const STATISTICS: StateKey[] = ['energy_today_kwh', 'energy_month_kwh']

function linesOf(given: GivenDevice, settings = {}): string[] {
  return Object.entries(componentsOf(knownDevice(given), context(settings))).map(([id, component]) => {
    const { platform, name, device_class, unit_of_measurement, state_class, entity_category } = component
    const [decimals, isOn] = [component.suggested_display_precision, component.enabled_by_default]
    const words = [device_class, unit_of_measurement, state_class, entity_category].map((word) => word ?? '-')
    const line = [id, platform, JSON.stringify(name) ?? '-', ...words].join(' ')
    return `${line}${decimals === undefined ? '' : ` .${String(decimals)}`}${isOn === false ? ' off' : ''}`
  })
}

function has(given: GivenDevice, lines: readonly string[]): void {
  assert.deepEqual(linesOf(given).sort(), [...lines].sort())
}

function outlet(number: number, features: readonly DeviceFeature[], keys: readonly StateKey[]) {
  const device = { kind: 'outlet', features, parent_id: 'A1' } as const
  return knownDevice({ device_id: `A10${number}`, alias: `Socket ${number}`, device, keys: ['on', ...keys] })
}

describe('in Home Assistant', () => {
  it('a plug without a meter has a switch under its own name, its LED and its radio', () => {
    has(
      {
        device: { kind: 'plug', features: ['relay', 'led', 'countdown'] },
        keys: ['on', 'rssi_dbm', 'latency_ms', 'cloud_connected', 'on_since'],
      },
      ['state switch null outlet - - -', ...[LED, RESTART, CLOUD, RSSI, ON_SINCE, LATENCY, ...ALWAYS]],
    )
  })

  it('a plug with a meter has what it measures beside that, and an energy that never begins anew', () => {
    has(
      {
        device: { kind: 'plug', features: ['relay', 'energy', 'led'] },
        keys: ['on', 'rssi_dbm', ...METER, ...STATISTICS],
      },
      [
        'state switch null outlet - - -',
        ...[LED, RESTART, RSSI, ...ALWAYS],
        ...[POWER, VOLTAGE, CURRENT, LIFETIME, TODAY, MONTH, TOTAL],
      ],
    )
  })

  it('a Tapo plug has its protection and its settings as well', () => {
    has(
      {
        device: { kind: 'plug', features: ['relay', 'energy', 'led', 'auto-off', 'child-lock'] },
        keys: [
          'on',
          'power_w',
          'overheated',
          'overloaded',
          'signal_level',
          'ssid',
          'auto_off_min',
          'auto_off_at',
          'led',
        ],
      },
      [
        'state switch null outlet - - -',
        ...[
          LED,
          RESTART,
          POWER,
          OVERHEATED,
          OVERLOADED,
          SIGNAL_LEVEL,
          SSID,
          AUTO_OFF,
          AUTO_OFF_AT,
          CHILD_LOCK,
          ...ALWAYS,
        ],
      ],
    )
  })

  it('settings are there where the device has them', () => {
    const features = [
      'power-protection',
      'smooth-transitions',
      'smooth-on-off',
      'motion-sensor',
      'auto-update',
    ] as const
    has({ device: { kind: 'other', features }, keys: ['power_limit_w', 'auto_update'] }, [
      'power_protection_threshold number "Power protection threshold" power W - config',
      'smooth_transitions switch "Smooth transitions" - - - config',
      'smooth_transition_on number "Smooth on" - s - config',
      'smooth_transition_off number "Smooth off" - s - config',
      'pir_enabled switch "Motion sensor" - - - config',
      'auto_update_enabled switch "Auto update enabled" - - - config',
      ...[RESTART, ...ALWAYS],
    ])
  })

  it('the presets of a light are chosen by their numbers', () => {
    const device = { kind: 'bulb', features: ['relay', 'brightness', 'light-preset'], light_presets: 2 } as const
    const { light_preset } = componentsOf(knownDevice({ device, keys: [] }), context())
    assert.deepEqual(light_preset?.options, ['Not set', 'Light preset 1', 'Light preset 2'])
    assert.equal(light_preset?.platform, 'select')
    const none = { ...device, light_presets: 0 }
    assert.equal(componentsOf(knownDevice({ device: none, keys: [] }), context()).light_preset, undefined)
  })

  it('a strip without meters has a switch for each of its outlets, under their names', () => {
    const outlets = [outlet(1, ['relay'], []), outlet(0, ['relay'], ['on_since'])]
    has(
      { device: { kind: 'strip', features: ['relay', 'led'] }, keys: ['on', 'rssi_dbm', 'cloud_connected'], outlets },
      [
        'A100_state switch "Socket 0" outlet - - -',
        'A100_on_since sensor "Socket 0 On since" timestamp - - diagnostic off',
        'A101_state switch "Socket 1" outlet - - -',
        ...[LED, RESTART, CLOUD, RSSI, ...ALWAYS],
      ],
    )
  })

  it('a strip with meters has the sum of them, and its outlets are devices of their own', () => {
    const metered = outlet(0, ['relay', 'energy'], METER)
    const strip = {
      device: { kind: 'strip', features: ['relay', 'energy', 'led'] },
      keys: ['on', 'rssi_dbm', ...METER],
      outlets: [metered],
    } as const
    has(strip, [LED, RESTART, RSSI, ...ALWAYS, POWER, VOLTAGE, CURRENT, LIFETIME, TOTAL])
    const [own] = knownDevice(strip).outlets
    assert.deepEqual(Object.keys(componentsOf(own ?? metered, context())), [
      ...['state', 'current_consumption', 'voltage', 'current', 'lifetime_energy', 'consumption_total', 'last_seen'],
      'offline_reason',
    ])
  })

  it('a wall switch has a switch, and a dimmer a light instead of one', () => {
    has({ device: { kind: 'switch', features: ['relay', 'led'] }, keys: ['on'] }, [
      'state switch null switch - - -',
      ...[LED, RESTART, ...ALWAYS],
    ])
    has({ device: { kind: 'dimmer', features: ['relay', 'brightness', 'led'] }, keys: ['on', 'brightness_pct'] }, [
      ...[LIGHT, LED, RESTART, ...ALWAYS],
    ])
  })

  it('a bulb has a light, and what it measures', () => {
    has(
      {
        device: { kind: 'bulb', features: ['relay', 'energy', 'brightness', 'color', 'color-temperature'] },
        keys: [
          'on',
          'brightness_pct',
          'hue_deg',
          'saturation_pct',
          'color_temp_k',
          'power_w',
          'energy_kwh',
          ...STATISTICS,
        ],
      },
      [LIGHT, RESTART, POWER, LIFETIME, TODAY, MONTH, ...ALWAYS],
    )
  })

  it('a hub has its own few, and what is behind it what it measures', () => {
    has({ device: { kind: 'hub', features: ['led'] }, keys: ['rssi_dbm', 'overheated'] }, [
      ...[LED, RESTART, RSSI, OVERHEATED, ...ALWAYS],
    ])
    const kind = 'sensor'
    has({ device: { kind, parent_id: 'H' }, keys: ['temperature_c', 'humidity_pct', 'battery_pct', 'battery_low'] }, [
      'temperature sensor "Temperature" temperature °C measurement - .1',
      'humidity sensor "Humidity" humidity % measurement - .0',
      ...[BATTERY, BATTERY_LOW, ...ALWAYS],
    ])
    has({ device: { kind, parent_id: 'H' }, keys: ['motion'] }, [
      'motion_detected binary_sensor "Motion" motion - - -',
      ...ALWAYS,
    ])
    has({ device: { kind, parent_id: 'H' }, keys: ['contact_open'] }, [
      'is_open binary_sensor "Door" door - - -',
      ...ALWAYS,
    ])
    has({ device: { kind, parent_id: 'H' }, keys: ['water_leak'] }, [
      'water_alert binary_sensor "Moisture" moisture - - -',
      ...ALWAYS,
    ])
  })

  it('a valve has its temperatures', () => {
    has({ device: { kind: 'valve', parent_id: 'H' }, keys: ['temperature_c', 'target_temperature_c'] }, [
      'temperature sensor "Temperature" temperature °C measurement - .1',
      'target_temperature sensor "Target temperature" temperature °C measurement - .1',
      ...ALWAYS,
    ])
  })

  it('a button has an event, and triggers for automations', () => {
    has({ device: { kind: 'button', parent_id: 'H' }, keys: ['battery_low'] }, [
      'button event null button - - -',
      'trigger_single device_automation - - - - -',
      'trigger_double device_automation - - - - -',
      'trigger_rotate device_automation - - - - -',
      ...[BATTERY_LOW, ...ALWAYS],
    ])
  })

  it('a fan, and anything else with a relay, has a switch', () => {
    for (const kind of ['fan', 'other'] as const) {
      has({ device: { kind, features: ['relay'], parent_id: 'P' }, keys: ['on'] }, [
        'state switch null - - - -',
        ...ALWAYS,
      ])
    }
  })

  it('what nobody has described shows what it says, and cannot be switched', () => {
    has({ keys: ['on', 'power_w'] }, ['is_on binary_sensor null power - - -', POWER, ...ALWAYS])
  })

  it('energy has a cost where there is a price', () => {
    const given = { device: { kind: 'plug' }, keys: ['energy_cost'] } as const
    assert.deepEqual(linesOf(given), [RESTART, ...ALWAYS])
    assert.deepEqual(linesOf(given, { price: 0.3, currency: 'CHF' }), [
      RESTART,
      'energy_cost sensor "Energy cost" monetary CHF total - .2',
      ...ALWAYS,
    ])
  })
})
