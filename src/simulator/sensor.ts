import type { Clock } from '../domain/clock'
import { invalid } from '../domain/errors'
import type { Json } from './answer'
import type { SensorProfile, SensorState } from './models/sensor-catalogue'
import { childLock } from './smart/modules/child-lock'
import { fixed } from './smart/modules/fixed'
import { identity, type Named } from './smart/modules/identity'
import { celsius, eventsOf, told, type TemperatureUnit } from './smart/sensor-info'
import { TriggerLog } from './smart/trigger-log'
import { Unit, type Setting, type SmartModule } from './smart/unit'

export interface SensorMaking {
  readonly id: string
  readonly parent_id: string
  /** With region. */
  readonly model: string
  readonly profile: SensorProfile
  readonly alias: string
  readonly temperature_unit: TemperatureUnit
  readonly state: Partial<SensorState>
}

const INITIAL: SensorState = {
  temperature_c: 21,
  humidity_pct: 50,
  target_temperature_c: 20,
  battery_pct: 100,
  battery_low: false,
  motion: false,
  contact_open: false,
  water_leak: false,
  online: true,
}
/** What every sensor knows of itself. */
const ALWAYS: readonly (keyof SensorState)[] = ['online', 'battery_low']
const TARGETS_C = { minimum: 5, maximum: 30 }

/** A sensor, a button or a valve behind a simulated hub, and whoever acts on it. */
export class Sensor implements Named {
  readonly id: string
  readonly model: string
  alias: string
  /** What its hub knows of it. */
  readonly unit: Unit
  private readonly log: TriggerLog
  private readonly known: readonly (keyof SensorState)[]
  private state: SensorState
  private temperature_unit: TemperatureUnit

  constructor(making: SensorMaking, clock: Clock) {
    const { id, model, profile } = making
    this.id = id
    this.model = model
    this.alias = making.alias
    this.temperature_unit = making.temperature_unit
    this.known = [...ALWAYS, ...profile.state]
    this.log = new TriggerLog(clock)
    this.state = this.with(INITIAL, making.state)
    const modules = [
      identity({ device_id: id, mac: id.slice(0, 12), model }, profile, this),
      fixed(profile.components),
      this.module(making),
      childLock(profile.components),
    ]
    this.unit = new Unit({ id, components: profile.components, modules })
  }

  /**
   * From now on so; what changes goes into the sensor's log, as devices do it.
   * @throws MonitorError `INPUT_INVALID` where this model does not know of it
   */
  set(change: Partial<SensorState>): void {
    const state = this.with(this.state, change)
    for (const event of eventsOf(this.state, change)) this.log.add(event)
    this.state = state
  }

  /** As somebody who presses the button. */
  press(times: 'once' | 'twice' = 'once'): void {
    this.log.add(times === 'once' ? 'singleClick' : 'doubleClick')
  }

  /** As somebody who turns the button. */
  rotate(rotate_deg: number): void {
    this.log.add('rotation', { rotate_deg })
  }

  private with(state: SensorState, change: Partial<SensorState>): SensorState {
    for (const key of Object.keys(change)) {
      if (!this.known.some((known) => known === key)) {
        throw invalid('INPUT_INVALID', 'state', key, `one of ${this.known.join(', ')}`)
      }
    }
    return { ...state, ...change }
  }

  private module({ profile, parent_id, model }: SensorMaking): SmartModule {
    return {
      info: (): Json => ({
        category: profile.category,
        parent_device_id: parent_id,
        specs: /\((\w+)\)/.exec(model)?.[1] ?? '',
        ...{ rssi: -60, signal_level: 3, jamming_rssi: -113, jamming_signal_level: 1, bind_count: 1 },
        ...profile.info,
        ...Object.fromEntries(
          this.known.flatMap((key) => Object.entries(told(key, this.state, this.temperature_unit))),
        ),
      }),
      settings: {
        ...(this.known.includes('temperature_c') ? { temp_unit: this.unitSetting } : {}),
        ...(this.known.includes('target_temperature_c') ? { target_temp: this.targetSetting } : {}),
      },
      methods: 'trigger_log' in profile.components ? { get_trigger_logs: (asked) => this.log.read(asked) } : {},
    }
  }

  private readonly unitSetting: Setting = (value) => {
    if (value !== 'celsius' && value !== 'fahrenheit') return undefined
    return () => {
      this.temperature_unit = value
    }
  }

  private readonly targetSetting: Setting = (value) => {
    if (typeof value !== 'number') return undefined
    const target_temperature_c = celsius(value, this.temperature_unit)
    if (!(target_temperature_c >= TARGETS_C.minimum && target_temperature_c <= TARGETS_C.maximum)) return undefined
    return () => this.set({ target_temperature_c })
  }
}
