import { parseEnergyQuery } from '../../energy/energy-query'
import { energyReport } from '../../energy/energy-report'
import { householdOf } from '../../energy/household'
import type { Clock } from '../../domain/clock'
import type { Reading } from '../../domain/reading'
import type { FleetDevice } from '../../polling/fleet-device'
import type { ApiSources } from '../api-sources'
import { route } from '../routing/route'
import { TIME_ZONE } from './common'
import { stateOf } from './health'
import { DEVICE, INCIDENT } from './schemas'
import { toldDevice } from './told-device'

const MOST_INCIDENTS = 50

export const getOverview = route({
  method: 'GET',
  path: '/overview',
  id: 'getOverview',
  tag: 'devices',
  summary: "Everything that a dashboard's first page needs, in one answer",
  right: 'read',
  parameters: { time_zone: TIME_ZONE },
  answers: {
    200: {
      description: 'Sums, devices, open incidents',
      schema: {
        type: 'object',
        properties: {
          timestamp: { type: 'number', description: 'When it was made, ms since the epoch, UTC' },
          state: { enum: ['ok', 'degraded', 'failed'], description: 'Of the worst part, see /health' },
          power_w: { type: 'number', description: 'Of all devices; outlets count once' },
          today: {
            type: 'object',
            description: 'Since midnight; absent without a database',
            properties: {
              energy_kwh: { type: 'number' },
              cost: { type: 'number' },
              currency: { type: 'string' },
            },
          },
          devices: {
            type: 'object',
            properties: {
              online: { type: 'integer' },
              offline: { type: 'integer' },
              unknown: { type: 'integer' },
              on: { type: 'integer' },
              list: { type: 'array', items: DEVICE },
            },
            required: ['online', 'offline', 'unknown', 'on', 'list'],
          },
          incidents: { type: 'array', items: INCIDENT },
        },
        required: ['timestamp', 'state', 'devices', 'incidents'],
      },
    },
  },
  problems: [503],
  keep: () => 'status',
  async answer({ sources, clock, parameters: { time_zone } }) {
    const devices = sources.devices()
    const incidents = sources.incidents().filter(({ state }) => state !== 'resolved')
    const power_w = totalPower(devices)
    const today = await usedToday(sources, clock, time_zone)
    return {
      json: {
        timestamp: clock.now(),
        state: stateOf(sources.health()),
        ...(power_w !== undefined && { power_w }),
        ...(today && { today }),
        devices: { ...countsOf(devices), list: devices.map(toldDevice) },
        incidents: incidents.toSorted((one, other) => other.raised_at - one.raised_at).slice(0, MOST_INCIDENTS),
      },
    }
  },
})

function countsOf(devices: readonly FleetDevice[]): Readonly<Record<'online' | 'offline' | 'unknown' | 'on', number>> {
  const inState = (wanted: FleetDevice['state']) => devices.filter(({ state }) => state === wanted).length
  const on = devices.filter(({ state, reading }) => state === 'online' && reading?.on === true).length
  return { online: inState('online'), offline: inState('offline'), unknown: inState('unknown'), on }
}

/** A strip that measures what its outlets measure does not count. */
function totalPower(devices: readonly FleetDevice[]): number | undefined {
  const readings = devices.flatMap(({ state, reading }): Reading[] => (state === 'online' && reading ? [reading] : []))
  const counted = new Set(householdOf(readings, new Map()).device_ids)
  const powers = readings.flatMap(({ device_id, power_w, quality }) =>
    power_w !== undefined && quality === 'good' && counted.has(device_id) ? [power_w] : [],
  )
  return powers.length === 0 ? undefined : Math.round(powers.reduce((sum, power) => sum + power, 0) * 1000) / 1000
}

async function usedToday(
  { database, tariff }: ApiSources,
  clock: Clock,
  time_zone: string | undefined,
): Promise<object | undefined> {
  if (!database) return undefined
  const query = parseEnergyQuery({ from: 'today', to: 'now', period: 'day', time_zone }, clock.now(), tariff)
  const { total, currency } = await energyReport({ database: await database(), query, tariff, clock })
  return { energy_kwh: total.energy_kwh, cost: total.cost?.total, currency }
}
