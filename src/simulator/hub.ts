import { createHash } from 'node:crypto'
import type { Clock } from '../domain/clock'
import { invalid } from '../domain/errors'
import { SENSORS, type SensorProfile, type SensorState } from './models/sensor-catalogue'
import { pickModel } from './models/pick'
import { Sensor } from './sensor'
import type { TemperatureUnit } from './smart/sensor-info'
import type { Child } from './smart/unit'

export interface SensorOptions extends Partial<SensorState> {
  /** Default: T315(EU), which measures temperature and humidity. */
  readonly model?: keyof typeof SENSORS
  /** Default: the model's name. */
  readonly alias?: string
  /** Default: made from the hub's id. */
  readonly device_id?: string
  /** How a thermometer writes what it measures. Default: celsius. */
  readonly temperature_unit?: TemperatureUnit
}

/** What is behind a simulated hub. */
export class Hub {
  private readonly found: Sensor[] = []
  private added = 0

  constructor(
    private readonly device_id: string,
    private readonly clock: Clock,
    /** Recorded ones, which nobody acts on. */
    private readonly recorded: readonly Child[] = [],
  ) {}

  get sensors(): readonly Sensor[] {
    return this.found
  }

  get children(): readonly Child[] {
    return [...this.recorded, ...this.found.map(({ unit }) => unit)]
  }

  /** @throws MonitorError `INPUT_INVALID` where none has that name */
  sensor(alias: string): Sensor {
    const sensor = this.found.find((candidate) => candidate.alias === alias)
    if (sensor) return sensor
    throw invalid('INPUT_INVALID', 'alias', alias, `one of ${this.found.map((each) => each.alias).join(', ')}`)
  }

  /** @throws MonitorError `CONFIG_INVALID` for an unknown model, `INPUT_INVALID` for a state that it does not know */
  add(options: SensorOptions = {}): Sensor {
    const { model = 'T315(EU)', alias = model, device_id, temperature_unit = 'celsius', ...state } = options
    const profile: SensorProfile = pickModel(SENSORS, model)
    const id = device_id ?? sensorId(this.device_id, this.added++)
    const making = { id, parent_id: this.device_id, model, profile, alias, temperature_unit, state }
    const sensor = new Sensor(making, this.clock)
    this.found.push(sensor)
    return sensor
  }

  remove(sensor: Sensor): void {
    const index = this.found.indexOf(sensor)
    if (index >= 0) this.found.splice(index, 1)
  }
}

/** Sensors have ids of their own, unlike outlets. */
function sensorId(hub_id: string, number: number): string {
  return createHash('sha1').update(`${hub_id} ${number}`).digest('hex').toUpperCase()
}
