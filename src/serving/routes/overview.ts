import { parseZone } from '../../database/history/bucket-query'
import { createCalendar } from '../../domain/local-calendar'
import { householdOf } from '../../energy/household'
import type { EnergyReport } from '../../energy/report'
import type { Reading } from '../../domain/reading'
import type { FleetDevice } from '../../polling/fleet-device'
import { route, type RouteContext } from '../routing/route'
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
            description: 'Since midnight; absent without a database, or while that cannot be asked',
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
  keep: () => 'status',
  async answer({ sources, clock, ask, parameters: { time_zone } }) {
    const devices = sources.devices()
    const incidents = sources.incidents().filter(({ state }) => state !== 'resolved')
    const power_w = totalPower(devices)
    const today = await usedToday({ sources, ask, clock }, time_zone)
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

/**
 * As `/energy` answers it, and keeps it: to read all of a day again for every look at a dashboard would keep the database busy.
 * Undefined where it cannot be told.
 */
async function usedToday(
  { sources: { database, tariff }, ask, clock }: Pick<RouteContext, 'sources' | 'ask' | 'clock'>,
  time_zone: string | undefined,
): Promise<object | undefined> {
  if (!database) return undefined
  // By its moment: what is kept of `today` would still be that of yesterday after midnight.
  const midnight = createCalendar(tariff?.time_zone ?? parseZone(time_zone)).period('day', clock.now()).start_ms
  const query = { from: String(midnight), to: 'now', period: 'day', ...(time_zone !== undefined && { time_zone }) }
  const { status, body } = await ask(`/energy?${new URLSearchParams(query).toString()}`)
  if (status !== 200) return undefined
  const { total, currency } = JSON.parse(body) as EnergyReport
  return { energy_kwh: total.energy_kwh, cost: total.cost?.total, currency }
}
