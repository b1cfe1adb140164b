import { MEASURED_FIELDS, type MeasuredKey, type Reading } from '../domain/reading'
import { table, type Column } from './table'

const NAMES: readonly Column<Reading>[] = [
  { title: 'host', text: (reading) => reading.host },
  { title: 'device', text: (reading) => (reading.parent_id === undefined ? reading.alias : `  ${reading.alias}`) },
  { title: 'model', text: (reading) => reading.model },
]

const VALUES: readonly (readonly [key: MeasuredKey, title: string, digits: number])[] = [
  ['on', 'state', 0],
  ['power_w', 'power', 1],
  ['voltage_v', 'voltage', 1],
  ['current_a', 'current', 3],
  ['energy_today_kwh', 'today', 3],
  ['energy_month_kwh', 'month', 3],
  ['energy_total_kwh', 'total', 3],
  ['brightness_pct', 'brightness', 0],
  ['color_temp_k', 'white', 0],
  ['hue_deg', 'hue', 0],
  ['saturation_pct', 'saturation', 0],
  ['temperature_c', 'temperature', 1],
  ['target_temperature_c', 'target', 1],
  ['humidity_pct', 'humidity', 0],
  ['motion', 'motion', 0],
  ['contact_open', 'open', 0],
  ['water_leak', 'leak', 0],
  ['battery_pct', 'battery', 0],
  ['battery_low', 'battery low', 0],
  ['rssi_dbm', 'signal', 0],
  ['latency_ms', 'took', 0],
]

export function readingTable(readings: readonly Reading[]): string[] {
  return table([...NAMES, ...VALUES.map(([key, title, digits]) => valueColumn(key, title, digits))], readings)
}

function valueColumn(key: MeasuredKey, title: string, digits: number): Column<Reading> {
  const field = MEASURED_FIELDS[key]
  if (field.type === 'boolean')
    return { title, text: (reading) => (key === 'on' ? onOff(reading.on) : yesNo(reading[key])) }
  return {
    title,
    right: true,
    text: (reading) => {
      const value = reading[key]
      if (typeof value !== 'number') return undefined
      return `${value.toFixed(digits)} ${field.unit}${reading.quality === 'suspect' ? ' ?' : ''}`
    },
  }
}

function yesNo(value: unknown): string | undefined {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : undefined
}

export function onOff(value: unknown): string | undefined {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined
}
