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
  ['motion', 'motion', 0],
  ['rssi_dbm', 'signal', 0],
  ['latency_ms', 'took', 0],
]

export function readingTable(readings: readonly Reading[]): string[] {
  return table([...NAMES, ...VALUES.map(([key, title, digits]) => valueColumn(key, title, digits))], readings)
}

function valueColumn(key: MeasuredKey, title: string, digits: number): Column<Reading> {
  const field = MEASURED_FIELDS[key]
  if (field.type === 'boolean') return { title, text: (reading) => onOff(reading[key]) }
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

export function onOff(value: unknown): string | undefined {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined
}
