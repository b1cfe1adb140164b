import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { Device as PeerDevice } from 'tplink-smarthome-simulator'
import type { Session } from '../../../src/integrations/integration'
import { kasaSession, pollOnce } from '../../support/kasa'

const IDS = {
  plug: 'A'.repeat(40),
  strip: 'B'.repeat(40),
  dimmer: 'C'.repeat(40),
  bulb: 'D'.repeat(40),
  lights: 'E'.repeat(40),
}

describe('devices simulated by independent code (tplink-smarthome-simulator)', () => {
  const peers = {
    plug: peer('hs110v2', IDS.plug),
    strip: peer('hs300', IDS.strip),
    dimmer: peer('hs220', IDS.dimmer),
    bulb: peer('lb130', IDS.bulb),
    lights: peer('kl430', IDS.lights),
  }
  let session: Session

  function peer(model: string, deviceId: string): PeerDevice {
    return new PeerDevice({ model, address: '127.0.0.1', alias: `Peer ${model}`, data: { deviceId } })
  }
  const connect = (name: keyof typeof peers) => session.connect({ host: '127.0.0.1', port: peers[name].port })

  before(async () => {
    for (const device of Object.values(peers)) await device.start()
    session = kasaSession()
  })
  after(async () => {
    session.stop()
    for (const device of Object.values(peers)) await device.stop()
  })

  it('are polled: a plug with a meter', async () => {
    const [reading] = (await pollOnce(connect('plug'))).readings
    assert.equal(reading?.device_id, IDS.plug)
    assert.equal(reading?.alias, 'Peer hs110v2')
    assert.equal(typeof reading?.power_w, 'number')
    assert.equal(reading?.quality, 'good')
  })
})
