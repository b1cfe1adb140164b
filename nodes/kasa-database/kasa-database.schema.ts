import { SQLITE_OPTIONS } from '../../src/database/sqlite/sqlite-options'
import type { ChoiceSetting, NodeSchema, NumberSetting } from '../shared/schema'

interface NumberOption {
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}
interface ChoiceOption<Value extends string> {
  readonly default: Value
  readonly enum: readonly Value[]
}

const number = (option: NumberOption, unit: string, icon: string): NumberSetting => {
  const { minimum, maximum } = option
  return { type: 'number', default: option.default, minimum, maximum, whole: true, unit, icon }
}

const choice = <Value extends string>(option: ChoiceOption<Value>, icon: string): ChoiceSetting<Value> => {
  return { type: 'choice', default: option.default, values: option.enum, icon }
}

export const schema = {
  type: 'kasa-database',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', icon: 'tag' },
    kind: { type: 'choice', default: 'sqlite', values: ['sqlite'], icon: 'database' },
    file: { type: 'text', default: 'kasa-monitor.sqlite', required: true, icon: 'file-o' },
    maximum_mb: number(SQLITE_OPTIONS.maximum_mb, 'MB', 'arrows-h'),
    maximum_gap_ms: number(SQLITE_OPTIONS.maximum_gap_ms, 'ms', 'arrows-h'),
    batch_readings: number(SQLITE_OPTIONS.batch_readings, '', 'cubes'),
    batch_delay_ms: number(SQLITE_OPTIONS.batch_delay_ms, 'ms', 'clock-o'),
    queue_readings: number(SQLITE_OPTIONS.queue_readings, '', 'list-ol'),
    queue_mb: number(SQLITE_OPTIONS.queue_mb, 'MB', 'list-ol'),
    journal_mode: choice(SQLITE_OPTIONS.journal_mode, 'book'),
    synchronous: choice(SQLITE_OPTIONS.synchronous, 'shield'),
    temp_store: choice(SQLITE_OPTIONS.temp_store, 'sort-amount-asc'),
    cache_mb: number(SQLITE_OPTIONS.cache_mb, 'MB', 'bolt'),
    mmap_mb: number(SQLITE_OPTIONS.mmap_mb, 'MB', 'map-o'),
    busy_timeout_ms: number(SQLITE_OPTIONS.busy_timeout_ms, 'ms', 'hourglass-half'),
  },
} as const satisfies NodeSchema
