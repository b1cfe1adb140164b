import { PACK } from '../../files/pack'
import { route } from '../routing/route'
import { stateOf } from './health'

export const getStatus = route({
  method: 'GET',
  path: '/status',
  id: 'getStatus',
  tag: 'health',
  summary: 'What runs, in a few figures',
  right: 'read',
  parameters: {},
  answers: {
    200: {
      description: 'Version, devices, incidents',
      schema: {
        type: 'object',
        properties: {
          version: { type: 'string' },
          uptime_s: { type: 'number', description: 'Of the process' },
          state: { enum: ['ok', 'degraded', 'failed'] },
          devices: { type: 'integer' },
          online: { type: 'integer' },
          open_incidents: { type: 'integer' },
        },
        required: ['version', 'uptime_s', 'state', 'devices', 'online', 'open_incidents'],
      },
    },
  },
  keep: () => 'status',
  answer({ sources }) {
    const devices = sources.devices()
    return {
      json: {
        version: PACK.version,
        uptime_s: Math.round(process.uptime()),
        state: stateOf(sources.health()),
        devices: devices.length,
        online: devices.filter(({ state }) => state === 'online').length,
        open_incidents: sources.incidents().filter(({ state }) => state !== 'resolved').length,
      },
    }
  },
})
