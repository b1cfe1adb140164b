import { MonitorError } from '../../domain/errors'
import { route } from '../routing/route'
import { DEVICE_ID } from './common'
import { toldDevice } from './told-device'
import { DEVICE } from './schemas'

export const listDevices = route({
  method: 'GET',
  path: '/devices',
  id: 'listDevices',
  tag: 'devices',
  summary: 'All devices, with their latest reading',
  right: 'read',
  parameters: {
    state: {
      in: 'query',
      description: 'Only devices in this state',
      schema: { type: 'string', enum: ['online', 'offline', 'unknown'] },
    },
  },
  answers: {
    200: {
      description: 'The devices, hosts that have not answered yet included',
      schema: {
        type: 'object',
        properties: { devices: { type: 'array', items: DEVICE } },
        required: ['devices'],
      },
    },
  },
  keep: () => 'status',
  answer({ sources, parameters: { state } }) {
    const devices = sources.devices().filter((device) => state === undefined || device.state === state)
    return { json: { devices: devices.map(toldDevice) } }
  },
})

export const getDevice = route({
  method: 'GET',
  path: '/devices/{device_id}',
  id: 'getDevice',
  tag: 'devices',
  summary: 'One device, with its latest reading',
  right: 'read',
  parameters: { device_id: DEVICE_ID },
  answers: { 200: { description: 'The device', schema: DEVICE } },
  problems: [404],
  keep: () => 'status',
  answer({ sources, parameters: { device_id } }) {
    const device = sources.devices().find((each) => each.device_id === device_id)
    if (device) return { json: toldDevice(device) }
    throw new MonitorError('DEVICE_UNKNOWN', `No device has the id '${device_id}'`, { details: { device_id } })
  },
})
