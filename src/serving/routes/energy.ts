import { ENERGY_DEFAULTS, ENERGY_PERIODS, parseEnergyQuery } from '../../energy/energy-query'
import { energyReport } from '../../energy/energy-report'
import { route } from '../routing/route'
import { databaseOf, DEVICE_IDS, keepUntil, TIME_ZONE } from './common'
import { ENERGY_REPORT } from './schemas'

const MOMENT = { type: 'string', minLength: 1, maxLength: 40 } as const

export const getEnergy = route({
  method: 'GET',
  path: '/energy',
  id: 'getEnergy',
  tag: 'history',
  summary: 'Energy per hour, day, month or billing period, and what it cost',
  description:
    'Costs are told where a tariff is chosen for the API; time zone and billing periods are then those of the tariff.',
  right: 'read',
  parameters: {
    device_id: DEVICE_IDS,
    from: {
      in: 'query',
      description: 'Begin of the range: as of readings, or today, yesterday, this-month, last-month',
      schema: { ...MOMENT, default: ENERGY_DEFAULTS.from },
    },
    to: {
      in: 'query',
      description: 'End of the range, which does not belong to it: as from',
      schema: { ...MOMENT, default: ENERGY_DEFAULTS.to },
    },
    period: {
      in: 'query',
      description: 'Length of a row; billing: the billing period of the tariff',
      schema: { type: 'string', enum: ENERGY_PERIODS, default: ENERGY_DEFAULTS.period },
    },
    time_zone: TIME_ZONE,
  },
  answers: { 200: { description: 'A report', schema: ENERGY_REPORT } },
  problems: [501, 503],
  keep: ({ to }, now_ms) => keepUntil(to, now_ms),
  async answer({ parameters: { device_id = [], ...given }, sources, clock }) {
    const { tariff } = sources
    const query = parseEnergyQuery({ ...given, device_ids: [...device_id] }, clock.now(), tariff)
    return { json: await energyReport({ database: await databaseOf(sources), query, tariff, clock }) }
  },
})
