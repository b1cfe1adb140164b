import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { FleetDevice } from '../../../src/polling/fleet-device'
import type { ApiServer } from '../../support/api-server'
import { polled, serve } from './stored-home'

describe('GET /devices', () => {
  const silent: FleetDevice = {
    ...{ host: '127.0.0.9', alias: '127.0.0.9', state: 'offline' },
    error: { code: 'CONNECT_TIMEOUT', message: 'no answer' },
  }
  let server: ApiServer

  before(async () => {
    const devices = [polled({ device_id: 'a/b c' }), silent]
    server = await serve({ devices: () => devices.map((device) => ({ ...device, secret: 'not to be told' })) })
  })
  after(() => server.stop())

  const list = async (query = '') => (await server.ask(`/devices${query}`)).json<{ devices: FleetDevice[] }>().devices

  it('lists every device, also hosts that have not said yet what they are', async () => {
    assert.deepEqual(
      (await list()).map(({ alias, state }) => [alias, state]),
      [
        ['Kettle', 'online'],
        ['127.0.0.9', 'offline'],
      ],
    )
    assert.deepEqual(await list('?state=offline'), [silent])
    assert.deepEqual(await list('?state=unknown'), [])
  })

  it('tells one by its id, whatever letters that has', async () => {
    const reply = await server.ask('/devices/a%2Fb%20c')
    assert.equal(reply.status, 200)
    assert.equal(reply.json().device_id, 'a/b c')
    assert.doesNotMatch(reply.body, /secret/)
  })

  it('knows no other', async () => {
    const reply = await server.ask('/devices/nobody')
    assert.equal(reply.status, 404)
    const { code, device_id, status } = reply.json()
    assert.deepEqual([code, device_id, status], ['DEVICE_UNKNOWN', 'nobody', 404])
  })
})
