import { TARIFF_LIMITS } from '../../src/domain/tariffs/parse-tariff'
import type { NodeSchema } from '../shared/schema'

/** Of the dialog's tables; `parseTariff` checks what is in them. */
export type TariffRow = Readonly<Record<string, unknown>>

const special_days: readonly TariffRow[] = []
const versions: readonly TariffRow[] = [{ rows: [{ name: 'all day', price_per_kwh: 0.3 }] }]

export const schema = {
  type: 'kasa-tariff',
  configNode: true,
  settings: {
    name: { type: 'text', default: '', maximum_length: 64, icon: 'tag' },
    currency: { type: 'text', default: 'EUR', required: true, maximum_length: 3, icon: 'money' },
    time_zone: { type: 'text', default: '', icon: 'globe' },
    billing_day: { type: 'number', default: 1, ...TARIFF_LIMITS.billing_day, whole: true, icon: 'calendar' },
    versions: {
      type: 'list',
      default: versions,
      maximum_length: TARIFF_LIMITS.versions,
      row: { type: 'object' },
      icon: 'table',
    },
    special_days: {
      type: 'list',
      default: special_days,
      maximum_length: TARIFF_LIMITS.special_days,
      row: { type: 'object' },
      icon: 'calendar-o',
    },
  },
} as const satisfies NodeSchema
